//! What an instruction of inline assembly checks, where the operations of the machine have no such check.

use super::{Reply, Request, Row};
use crate::machine::{Fault, Machine, Purpose, Result, State};

/// The function to which translated assembly hands one bit: whether a quotient fits its register.
pub(crate) const QUOTIENT_FITS: &str = "proofhouse.assembly.quotient_fits";

pub(super) const SHIMS: &[Row] = &[(QUOTIENT_FITS, quotient_fits)];

fn quotient_fits(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let fits = machine.defined(state, request.argument(0), 1, Purpose::Divisor)?;
    machine.require(state, fits, |_| Fault::QuotientTooWide)?;
    Ok(Reply::Nothing)
}
