//! `#[state_machine]`: from an `impl` block to a machine that every engine can run.
//!
//! The block stays as it is, without our attributes, so that its methods can be called from a pasted
//! program. Beside it, inside of an anonymous constant, stand
//!
//! - a structure with one bundle for each name that results are put into,
//! - the implementation of `StateMachine`: for each action an arm that draws its arguments into
//!   variables of their own names, says what it calls, and calls it.

mod input;
mod output;

use proc_macro2::TokenStream;
use syn::{Error, Result};

use input::Input;

/// The block and the implementation, or what is wrong with the block and where.
pub(crate) fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !options.is_empty() {
        let message = "`#[state_machine]` has no options; limits on steps belong to the property: \
                       `#[from(steps(..=200))] run: Steps<..>`";
        return Err(Error::new_spanned(options, message));
    }
    let input = Input::read(item)?;
    Ok(output::generate(&input))
}

#[cfg(test)]
mod tests;
