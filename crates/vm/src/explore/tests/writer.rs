//! Writes small programs instruction by instruction; every instruction has a line of its own.

use crate::program::{
    Block, BlockId, Call, Callee, Edge, Function, FunctionId, Instruction, Operand, Place, PlaceId,
    Program, Register, Scalar, TextId, compute_meeting_points,
};

/// A function that is being written.
pub(super) struct Writer {
    blocks: Vec<Block>,
    current: usize,
    next_register: u32,
    next_line: u32,
}

impl Writer {
    /// A function with an entry block, this many parameters, and lines from `first_line` on.
    pub(super) fn new(parameters: u32, first_line: u32) -> Self {
        Self {
            blocks: vec![Block::default()],
            current: 0,
            next_register: parameters,
            next_line: first_line,
        }
    }

    /// A new register.
    pub(super) fn register(&mut self) -> Register {
        self.next_register += 1;
        Register(self.next_register - 1)
    }

    /// Adds an instruction to the current block.
    pub(super) fn push(&mut self, instruction: Instruction) {
        let block = &mut self.blocks[self.current];
        block.instructions.push(instruction);
        // A place's number is its line; place 0 is unknown.
        block.places.push(PlaceId(self.next_line));
        self.next_line += 1;
    }

    /// Adds an instruction with one result, which `make` gets, and returns that.
    pub(super) fn result(&mut self, make: impl FnOnce(Register) -> Instruction) -> Operand {
        let register = self.register();
        self.push(make(register));
        Operand::Register(register)
    }

    /// Adds a call.
    pub(super) fn call(
        &mut self,
        function: u32,
        arguments: &[(Scalar, Operand)],
        result: Option<Scalar>,
    ) -> Operand {
        let register = self.register();
        self.push(Instruction::Call(Box::new(Call {
            callee: Callee::Direct(FunctionId(function)),
            arguments: arguments.into(),
            results: result.map(|scalar| (register, [scalar].into())),
        })));
        Operand::Register(register)
    }

    /// A new block.
    pub(super) fn block(&mut self) -> BlockId {
        self.blocks.push(Block::default());
        BlockId(u32::try_from(self.blocks.len() - 1).unwrap())
    }

    /// Goes on in another block.
    pub(super) fn enter(&mut self, block: BlockId) {
        self.current = block.index();
    }

    /// Ends the current block with a jump that makes these copies.
    pub(super) fn jump(&mut self, block: BlockId, copies: &[(Register, Operand)]) {
        self.push(Instruction::Jump(Edge {
            block,
            copies: copies.into(),
        }));
    }

    /// Ends the current block with a branch.
    pub(super) fn branch(&mut self, condition: Operand, then: BlockId, otherwise: BlockId) {
        let edge = |block| Edge {
            block,
            copies: [].into(),
        };
        self.push(Instruction::Branch {
            condition,
            then: edge(then),
            otherwise: edge(otherwise),
        });
    }

    /// The next line, for a function that follows.
    pub(super) fn next_line(&self) -> u32 {
        self.next_line
    }

    /// The finished function.
    pub(super) fn finish(
        mut self,
        path: &str,
        parameters: &[Scalar],
        results: &[Scalar],
    ) -> Function {
        compute_meeting_points(&mut self.blocks);
        Function {
            symbol: path.to_owned(),
            path: path.to_owned(),
            parameters: parameters.to_vec(),
            byval_bytes: vec![None; parameters.len()],
            results: results.to_vec(),
            variadic: false,
            register_count: self.next_register,
            blocks: self.blocks,
            place: PlaceId(0),
        }
    }
}

/// A function without a body.
pub(super) fn declaration(path: &str, parameters: &[Scalar], results: &[Scalar]) -> Function {
    let mut function = Writer::new(0, 1).finish(path, parameters, results);
    function.blocks.clear();
    function
}

/// A program of these functions, with a place for each line.
pub(super) fn program(functions: Vec<Function>, lines: u32) -> Program {
    let place = |line| Place {
        file: TextId(0),
        folder: TextId(2),
        line,
        column: 1,
        function: TextId(1),
        inlined_at: None,
    };
    let program = Program {
        functions,
        places: (0..=lines).map(place).collect(),
        texts: vec![
            "random.rs".to_owned(),
            "random::program".to_owned(),
            String::new(),
        ],
        ..Program::default()
    };
    program.verify().expect("what is written is a program");
    program
}
