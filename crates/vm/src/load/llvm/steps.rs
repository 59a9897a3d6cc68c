//! Constant steps from an address to a part of what lies there.

use super::kinds::{TypeKind, ValueKind};
use super::types::Type;
use super::value::Value;

impl<'m> Value<'m> {
    /// The bytes that a `getelementptr` adds, if all its indices are constant.
    pub(crate) fn constant_step(self) -> Option<i64> {
        let mut bytes = 0_i64;
        let mut of: Option<Type<'m>> = None;
        for index in self.operands().into_iter().skip(1) {
            let step = index.signed_integer()?;
            let (offset, next) = element_step(of, self.element_pointer_source(), step)?;
            bytes = bytes.checked_add(offset)?;
            of = Some(next);
        }
        Some(bytes)
    }

    /// The value of an integer constant of at most 64 bits, sign-extended.
    pub(crate) fn signed_integer(self) -> Option<i64> {
        if self.kind() != ValueKind::ConstantInt || !self.is_integer() {
            return None;
        }
        let width = self.type_of().integer_width();
        if width > 64 {
            return None;
        }
        let unused = 64 - width;
        Some((self.integer_words()[0] << unused).cast_signed() >> unused)
    }
}

/// The bytes to a constant index of a `getelementptr`, and the type found there. `of` is the type
/// that was reached so far, nothing before the first index, which steps over whole `source`s.
pub(crate) fn element_step<'m>(
    of: Option<Type<'m>>,
    source: Type<'m>,
    index: i64,
) -> Option<(i64, Type<'m>)> {
    match of {
        None => {
            let stride = if index == 0 { 0 } else { stride_of(source)? };
            Some((stride.checked_mul(index)?, source))
        }
        Some(of) if of.kind() == TypeKind::Struct => {
            let index = u32::try_from(index).ok()?;
            let field = *of.struct_fields()?.get(index as usize)?;
            Some((i64::try_from(of.field_offset(index)).ok()?, field))
        }
        Some(of) if matches!(of.kind(), TypeKind::Array | TypeKind::Vector) => {
            Some((stride_of(of.element())?.checked_mul(index)?, of.element()))
        }
        Some(_) => None,
    }
}

/// The bytes from one element of this type to the next.
fn stride_of(of: Type<'_>) -> Option<i64> {
    if !of.is_sized() {
        return None;
    }
    i64::try_from(of.stride_bytes()).ok()
}
