//! The engines, as processes: native ones inside the test binary, the symbolic one in workers.

pub mod guard;
pub mod machine;
pub mod native;
pub mod process;
pub(crate) mod second;
pub mod symbolic;
pub mod worker;
