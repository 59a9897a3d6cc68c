//! The C library's mathematics: the host's functions, whose last bit nobody promises.
//!
//! # Not here
//!
//! Functions that LLVM knows as intrinsics; they are operations of the machine itself.

use super::{Reply, Request, Row};
use crate::machine::{Machine, Result, State, Value};

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
                let mut numbers = machine.float_arguments(state, request)?.into_iter();
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
                let mut numbers = machine.float_arguments(state, request)?.into_iter();
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
}

impl Machine<'_> {
    /// The arguments' bits.
    fn float_arguments(&mut self, state: &mut State, request: Request<'_>) -> Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for argument in request.arguments {
            let argument = self.settle(state, *argument)?;
            if !argument.is_number() {
                return Err(self.unsupported(state, "mathematics on symbolic floats"));
            }
            numbers.push(argument.low);
        }
        Ok(numbers)
    }
}
