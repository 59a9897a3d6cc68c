//! Jumps, branches, calls and returns, and the stack slots that come and go with frames.

use std::rc::Rc;

use proofhouse_evidence::{Failure, FailureKind};
use proofhouse_solver::{Answer, TermId};

use super::Machine;
use super::decide::Truth;
use super::fault::{Fault, Purpose};
use super::state::{Frame, State};
use super::stop::{Case, Ended, Flow, Result, Stop};
use super::value::Value;
use crate::memory::{Fill, ObjectKind};
use crate::program::{BlockId, Call, Callee, Edge, FunctionId, Instruction, Operand, Register};
use crate::shims::{Reply, Request};

/// The stack of a thread, as Rust's test harness gives it.
const NATIVE_STACK_BYTES: u64 = 2 << 20;
/// What a native frame takes at least: a return address and a saved frame pointer.
const NATIVE_FRAME_BYTES: u64 = 16;

impl<'p> Machine<'p> {
    /// Takes an edge: all copies are read before any register is written.
    #[inline]
    pub(super) fn take_edge(&mut self, state: &mut State, edge: &Edge) -> Flow {
        match &*edge.copies {
            [] => {}
            [(register, operand)] => {
                let value = self.read(state, *operand);
                state.write(*register, value);
            }
            copies => {
                let mut values = std::mem::take(&mut self.edge_values);
                values.clear();
                values.extend(copies.iter().map(|(_, operand)| self.read(state, *operand)));
                for ((register, _), value) in copies.iter().zip(&values) {
                    state.write(*register, *value);
                }
                self.edge_values = values;
            }
        }
        state.current.block = edge.block;
        state.current.next = 0;
        Flow::Moved
    }

    /// Takes an edge, and counts it where loops are bounded.
    #[inline]
    pub(super) fn follow_edge(&mut self, state: &mut State, edge: &Edge) -> Result<Flow> {
        let from = state.current.block;
        let flow = self.take_edge(state, edge);
        if state.environment.loop_bound.is_some() {
            self.count_loop(state, from)?;
        }
        Ok(flow)
    }

    /// Counts the arrival at a block that may be the head of a loop, and forgets loops that are left:
    /// states that differ only in what is over can be merged.
    #[cold]
    fn count_loop(&mut self, state: &mut State, from: BlockId) -> Result<()> {
        let loops = self.loops.of(self.program, state.current.function);
        let depth = state.depth();
        let head = state.current.block;
        let (before, after) = (loops.heads_around(from), loops.heads_around(head));
        let Some(bound) = &mut state.environment.loop_bound else {
            return Ok(());
        };
        for left in before.iter().filter(|head| !after.contains(head)) {
            Rc::make_mut(bound).counts.remove(&(depth, *left));
        }
        if !after.contains(&head) {
            return Ok(());
        }
        let counts = &mut Rc::make_mut(bound).counts;
        let count = counts.entry((depth, head)).or_default();
        let goes_round = before.contains(&head);
        *count = if goes_round { *count + 1 } else { 1 };
        if *count <= bound.most {
            return Ok(());
        }
        let most = bound.most;
        let failure = Failure {
            kind: FailureKind::LoopBound,
            message: format!("a loop goes on after its head was reached {most} times"),
            site: self.site(state),
        };
        Err(self.fail(state, failure))
    }

    /// Goes one of two ways; splits the state when both are possible.
    #[inline]
    pub(super) fn branch_on(
        &mut self,
        state: &mut State,
        condition: Operand,
        then: &Edge,
        otherwise: &Edge,
    ) -> Result<Flow> {
        let condition = self.read(state, condition);
        let holds = if condition.is_number() {
            condition.low != 0
        } else {
            let term = self.defined(state, condition, 1, Purpose::Branch)?;
            self.branch(state, term)?
        };
        self.follow_edge(state, if holds { then } else { otherwise })
    }

    /// Goes one of many ways.
    pub(super) fn switch_on(
        &mut self,
        state: &mut State,
        (value, width): (Operand, u16),
        cases: &[(u64, Edge)],
        default: &Edge,
    ) -> Result<Flow> {
        let value = self.read(state, value);
        if value.is_number() {
            let edge = match cases.binary_search_by_key(&value.low, |(number, _)| *number) {
                Ok(index) => &cases[index].1,
                Err(_) => default,
            };
            return self.follow_edge(state, edge);
        }
        let term = self.defined(state, value, width.into(), Purpose::Branch)?;
        let edge = self.switch_on_term(state, term, cases, default)?;
        self.follow_edge(state, edge)
    }

    fn switch_on_term<'e>(
        &mut self,
        state: &mut State,
        term: TermId,
        cases: &'e [(u64, Edge)],
        default: &'e Edge,
    ) -> Result<&'e Edge> {
        let ways = self.ways_of_switch(term, cases, default);
        for (condition, edge) in &ways {
            if self.known_number(state, *condition) == Some(1) {
                return Ok(edge);
            }
        }
        let mut possible = Vec::new();
        for (condition, edge) in &ways {
            if self.known_number(state, *condition) == Some(0) {
                continue;
            }
            let terms = &mut self.symbols.terms;
            let answer = self.solver.satisfy(terms, &mut state.path, *condition);
            let is_doubtful = matches!(answer, Answer::GaveUp(_));
            if !answer.is_no() {
                let known = Some((*condition, 1));
                let case = Case::new(*condition, answer.model());
                possible.push((
                    Case {
                        known,
                        is_doubtful,
                        ..case
                    },
                    *edge,
                ));
            }
        }
        match possible.len() {
            0 => Err(Ended::Impossible.into()),
            1 => {
                self.watch_truth(state, possible[0].0.condition, &Truth::Always);
                Ok(possible[0].1)
            }
            _ => {
                let cases = possible.into_iter().map(|(case, _)| case).collect();
                Err(Box::new(Stop::Split {
                    cases,
                    may_join: true,
                }))
            }
        }
    }

    /// The distinct ways of a switch, each with the condition under which it is taken.
    fn ways_of_switch<'e>(
        &mut self,
        term: TermId,
        cases: &'e [(u64, Edge)],
        default: &'e Edge,
    ) -> Vec<(TermId, &'e Edge)> {
        let terms = &mut self.symbols.terms;
        let width = terms.width(term);
        let mut ways: Vec<(TermId, &Edge)> = Vec::new();
        let mut listed = terms.false_();
        for (number, edge) in cases {
            let constant = terms.constant(width, (*number).into());
            let is_case = terms.eq(term, constant);
            if edge == default {
                continue;
            }
            listed = terms.or(listed, is_case);
            match ways.iter_mut().find(|(_, other)| *other == edge) {
                Some(way) => way.0 = terms.or(way.0, is_case),
                None => ways.push((is_case, edge)),
            }
        }
        let otherwise = terms.not(listed);
        ways.push((otherwise, default));
        ways
    }

    /// Calls a function, or does what the machine does instead of it.
    pub(super) fn call(&mut self, state: &mut State, call: &'p Call) -> Result<Flow> {
        let function = match call.callee {
            Callee::Direct(function) => function,
            Callee::Indirect(address) => self.callee_at(state, address)?,
        };
        let function = self.replacement(state, function);
        let program = self.program;
        let callee = &program.functions[function.index()];
        if let Some(shim) = self.image.shims[function.index()] {
            let mut arguments = std::mem::take(&mut self.arguments);
            arguments.clear();
            let given = call.arguments.iter();
            arguments.extend(given.map(|(_, operand)| self.read(state, *operand)));
            let request = Request {
                arguments: &arguments,
            };
            let choices = state.log.len();
            let reply = shim(self, state, request);
            self.arguments = arguments;
            if state.log.len() > choices && self.tracer.is_some() {
                self.trace_choice(state, function);
            }
            match reply? {
                Reply::Body => {}
                Reply::Nothing => return self.finish_call(state, call, &[]),
                Reply::Value(value) => return self.finish_call(state, call, &[value]),
                Reply::Pair(first, second) => {
                    return self.finish_call(state, call, &[first, second]);
                }
                Reply::Flow(flow) => return Ok(flow),
            }
        }
        if !callee.has_body() {
            let path = &callee.path;
            // What LLVM itself defines is not foreign, only unknown here.
            let what = if path.starts_with("llvm.") {
                path.clone()
            } else {
                format!("the foreign function `{path}`")
            };
            return Err(self.unsupported(state, what));
        }
        self.judge_arguments(state, function, call)?;
        self.trace_call(state, function, call);
        self.enter_function(state, function, call)
    }

    /// What is called instead of a function, or the function itself.
    #[inline]
    fn replacement(&mut self, state: &State, function: FunctionId) -> FunctionId {
        let Some(replacement) = state.environment.replaced.get(&function) else {
            return function;
        };
        self.journal.replaced.insert(function, true);
        *replacement
    }

    /// The function at an operand's address.
    fn callee_at(&mut self, state: &mut State, address: Operand) -> Result<FunctionId> {
        let address = self.read(state, address);
        self.function_at(state, address)
    }

    /// The function at an address.
    pub(crate) fn function_at(&mut self, state: &mut State, address: Value) -> Result<FunctionId> {
        let address = self.settle(state, address)?;
        if !address.is_number() {
            self.defined(state, address, 64, Purpose::Callee)?;
            let fault = Fault::BadCall {
                reason: "the address is a symbolic number",
            };
            return Err(self.fault(state, &fault));
        }
        let object = if address.object == crate::memory::ObjectId::NONE {
            state
                .memory
                .object_at(address.low)
                .unwrap_or(address.object)
        } else {
            address.object
        };
        match self.image.function_of(object) {
            Some(function) if self.image.function(function).low == address.low => Ok(function),
            _ => {
                let fault = Fault::BadCall {
                    reason: "there is no function at the address",
                };
                Err(self.fault(state, &fault))
            }
        }
    }

    /// Judges whether a call passes what the function takes.
    fn judge_arguments(
        &mut self,
        state: &mut State,
        function: FunctionId,
        call: &Call,
    ) -> Result<()> {
        let callee = &self.program.functions[function.index()];
        if callee.variadic {
            let what = format!("the variadic function `{}`", callee.path);
            return Err(self.unsupported(state, what));
        }
        let takes = callee.parameters.iter().map(|scalar| scalar.width_bits());
        let passes = call.arguments.iter().map(|(scalar, _)| scalar.width_bits());
        if takes.eq(passes) {
            return Ok(());
        }
        let fault = Fault::BadCall {
            reason: "the function takes other arguments",
        };
        Err(self.fault(state, &fault))
    }

    fn enter_function(
        &mut self,
        state: &mut State,
        function: FunctionId,
        call: &Call,
    ) -> Result<Flow> {
        self.judge_stack(state)?;
        let callee = &self.program.functions[function.index()];
        let base = state.registers.len();
        let count = callee.register_count as usize;
        state.registers.resize(base + count, Value::POISON);
        for (index, (_, operand)) in call.arguments.iter().enumerate() {
            state.registers[base + index] = self.read(state, *operand);
        }
        let frame = Frame {
            function,
            block: BlockId(0),
            next: 0,
            base,
            slots_start: state.slots.len(),
            stack_pointer: state.memory.stack_pointer(),
        };
        state
            .callers
            .push(std::mem::replace(&mut state.current, frame));
        for (index, bytes) in callee.byval_bytes.iter().enumerate() {
            if let Some(bytes) = bytes {
                let register = Register(u32::try_from(index).expect("few parameters"));
                self.copy_argument(state, register, *bytes)?;
            }
        }
        Ok(Flow::Moved)
    }

    /// Replaces an address by that of a copy which the callee owns.
    fn copy_argument(&mut self, state: &mut State, register: Register, bytes: u64) -> Result<()> {
        let source = state.register(register);
        let copy = self.allocate_slot(state, bytes, 16)?;
        self.copy_memory(state, [copy, source, Value::word(bytes)], true)?;
        state.write(register, copy);
        Ok(())
    }

    /// Judges how deep the stack is.
    fn judge_stack(&mut self, state: &mut State) -> Result<()> {
        let depth = state.depth() as u64;
        let bytes = state.memory.stack_depth() + depth * NATIVE_FRAME_BYTES;
        if bytes > NATIVE_STACK_BYTES {
            let failure = Failure {
                kind: FailureKind::ProcessEnded,
                message: "the stack overflows".to_owned(),
                site: self.site(state),
            };
            return Err(self.fail(state, failure));
        }
        if depth > self.limits.stack_depth_max {
            let allowed = self.limits.stack_depth_max;
            return Err(self.limit_reached("stack depth", allowed, "calls"));
        }
        Ok(())
    }

    /// Returns from the current call.
    pub(super) fn return_values(&mut self, state: &mut State, values: &[Operand]) -> Result<Flow> {
        let mut returned = std::mem::take(&mut self.return_values);
        returned.clear();
        returned.extend(values.iter().map(|operand| self.read(state, *operand)));
        self.leave_frame(state);
        let Some(caller) = state.callers.pop() else {
            let first = returned.first().copied();
            self.return_values = returned;
            return self.outermost_returned(state, first);
        };
        state.current = caller;
        let call = self.pending_call(&state.current);
        let finished = self.finish_call(state, call, &returned);
        self.return_values = returned;
        finished.map(|_| Flow::Returned)
    }

    /// Ends the current frame's stack slots and gives its registers back.
    pub(super) fn leave_frame(&mut self, state: &mut State) {
        let frame = state.current;
        if state.slots.len() > frame.slots_start {
            let place = self.place(state);
            for slot in state.slots.drain(frame.slots_start..) {
                state.memory.end(slot, place);
            }
        }
        state.memory.restore_stack_pointer(frame.stack_pointer);
        state.registers.truncate(frame.base);
        let depth = state.depth();
        if let Some(bound) = &mut state.environment.loop_bound
            && bound.counts.keys().any(|(of, _)| *of == depth)
        {
            Rc::make_mut(bound).counts.retain(|(of, _), _| *of != depth);
        }
        if !state.environment.shared.is_empty() {
            self.hide_shared(state);
        }
    }

    /// The call that a frame waits for.
    pub(super) fn pending_call(&self, frame: &Frame) -> &'p Call {
        match self.instruction(frame) {
            Instruction::Call(call) | Instruction::Invoke { call, .. } => call,
            other => panic!("a waiting frame is at a call, not at {other:?}"),
        }
    }

    /// The instruction that a frame is at.
    pub(crate) fn instruction(&self, frame: &Frame) -> &'p Instruction {
        let program: &'p crate::program::Program = self.program;
        let function = &program.functions[frame.function.index()];
        &function.blocks[frame.block.index()].instructions[frame.next as usize]
    }

    /// Writes the results of a call and goes on behind it.
    fn finish_call(&mut self, state: &mut State, call: &Call, values: &[Value]) -> Result<Flow> {
        if let Some((first, scalars)) = &call.results {
            for index in 0..scalars.len() {
                let value = values.get(index).copied().unwrap_or(Value::UNDEFINED);
                let offset = u32::try_from(index).expect("few results");
                state.write(Register(first.0 + offset), value);
            }
        }
        match self.instruction(&state.current) {
            Instruction::Invoke { normal, .. } => self.follow_edge(state, normal),
            _ => {
                state.current.next += 1;
                Ok(Flow::Moved)
            }
        }
    }

    /// Reserves a stack slot; splits the state when its size is symbolic.
    pub(super) fn allocate(
        &mut self,
        state: &mut State,
        result: Register,
        (size, count): (u64, Operand),
        align: u64,
    ) -> Result<Flow> {
        let count = self.read(state, count);
        let count = self.length(state, count)?;
        let Some(size) = size.checked_mul(count) else {
            return Err(self.limit_reached("stack", NATIVE_STACK_BYTES, "bytes"));
        };
        let address = self.allocate_slot(state, size, align)?;
        state.write(result, address);
        Ok(Flow::Next)
    }

    fn allocate_slot(&mut self, state: &mut State, size: u64, align: u64) -> Result<Value> {
        let place = self.place(state);
        let kind = ObjectKind::Stack;
        let slot = state
            .memory
            .allocate(kind, size, align, Fill::Undefined, place);
        let Some((object, address)) = slot else {
            return Err(self.limit_reached("stack", NATIVE_STACK_BYTES, "bytes"));
        };
        state.slots.push(object);
        Ok(Value::address(address, object))
    }

    /// `llvm.lifetime.start` and `.end`.
    pub(super) fn lifetime(
        &mut self,
        state: &mut State,
        address: Operand,
        starts: bool,
    ) -> Result<Flow> {
        let address = self.read(state, address);
        // Only slots have lifetimes; the compiler may still mark an address that is not one.
        if let Some(object) = state.memory.object_mut(address.object)
            && object.kind == ObjectKind::Stack
        {
            object.is_in_lifetime = starts;
            if starts {
                object.make_undefined();
            }
        }
        Ok(Flow::Next)
    }

    /// `llvm.assume`.
    pub(super) fn assume_promised(
        &mut self,
        state: &mut State,
        condition: Operand,
    ) -> Result<Flow> {
        let condition = self.read(state, condition);
        let term = self.defined(state, condition, 1, Purpose::Assumption)?;
        self.require(state, term, |_| Fault::BrokenAssumption)?;
        Ok(Flow::Next)
    }
}
