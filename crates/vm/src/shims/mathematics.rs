//! The C library's mathematics: the host's functions, whose last bit nobody promises.
//!
//! Of unknowns, a function gives any float, the same one for the same call with the same arguments:
//! what is proved holds whatever the library says.
//!
//! # Not here
//!
//! Functions that LLVM knows as intrinsics; they are operations of the machine itself.

use proofhouse_solver::TermId;

use super::{Reply, Request, Row};
use crate::machine::{Machine, Purpose, Result, State, Value};
use crate::program::Register;

/// The arguments of a function: the bits of numbers, or what it gives for unknowns.
enum Arguments {
    Numbers(Vec<u64>),
    Unknown(Value),
}

/// A function of one or two doubles, or of one or two singles, by its C name.
macro_rules! functions {
    ($($double:ident, $single:ident: |$($argument:ident),+| $result:expr;)*) => {
        pub(super) const SHIMS: &[Row] = &[
            $((stringify!($double), $double), (stringify!($single), $single),)*
        ];
        $(
            fn $double(
                machine: &mut Machine<'_>,
                state: &mut State,
                request: Request<'_>,
            ) -> Result<Reply> {
                let mut numbers = match machine.float_arguments(state, request, 64)? {
                    Arguments::Numbers(numbers) => numbers.into_iter(),
                    Arguments::Unknown(value) => return Ok(Reply::Value(value)),
                };
                let ($($argument,)+) = ($({
                    let _ = stringify!($argument);
                    f64::from_bits(numbers.next().unwrap_or(0))
                },)+);
                let result: f64 = $result;
                Ok(Reply::Value(Value::word(result.to_bits())))
            }

            fn $single(
                machine: &mut Machine<'_>,
                state: &mut State,
                request: Request<'_>,
            ) -> Result<Reply> {
                let mut numbers = match machine.float_arguments(state, request, 32)? {
                    Arguments::Numbers(numbers) => numbers.into_iter(),
                    Arguments::Unknown(value) => return Ok(Reply::Value(value)),
                };
                let ($($argument,)+) = ($({
                    let _ = stringify!($argument);
                    let bits = numbers.next().unwrap_or(0);
                    f32::from_bits(u32::try_from(bits).expect("a single has 32 bits"))
                },)+);
                let result: f32 = $result;
                Ok(Reply::Value(Value::word(result.to_bits().into())))
            }
        )*
    };
}

functions! {
    tan, tanf: |a| a.tan();
    asin, asinf: |a| a.asin();
    acos, acosf: |a| a.acos();
    atan, atanf: |a| a.atan();
    atan2, atan2f: |a, b| a.atan2(b);
    sinh, sinhf: |a| a.sinh();
    cosh, coshf: |a| a.cosh();
    tanh, tanhf: |a| a.tanh();
    cbrt, cbrtf: |a| a.cbrt();
    hypot, hypotf: |a, b| a.hypot(b);
    expm1, expm1f: |a| a.exp_m1();
    log1p, log1pf: |a| a.ln_1p();
    fmod, fmodf: |a, b| a % b;
    // A NaN stays one, which `max` would drop.
    fdim, fdimf: |a, b| if a <= b { 0.0 } else { a - b };
}

impl Machine<'_> {
    fn float_arguments(
        &mut self,
        state: &mut State,
        request: Request<'_>,
        width: u32,
    ) -> Result<Arguments> {
        let mut values = Vec::new();
        for argument in request.arguments {
            values.push(self.settle(state, *argument)?);
        }
        if values.iter().all(|value| value.is_number()) {
            let numbers = values.iter().map(|value| value.low).collect();
            return Ok(Arguments::Numbers(numbers));
        }
        let mut terms: Vec<TermId> = Vec::new();
        for value in values {
            terms.push(self.defined(state, value, width, Purpose::Argument)?);
        }
        // A call has no other result of its own.
        let result = Register(u32::MAX);
        let open = self.unspecified(state, result, &terms, width);
        Ok(Arguments::Unknown(Value::term(open)))
    }
}
