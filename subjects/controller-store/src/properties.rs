//! What must hold, as properties. The README says which file is about what.

mod audit;
mod crash;
mod deeds;
mod keys;
mod laws;
mod leases;
mod migration;
mod model;
mod networks;
mod replication;
mod rig;
mod store;
mod tables;
mod threads;
