//! Looking at a store. Nothing here writes.

use std::collections::{BTreeMap, BTreeSet};

use super::session::{Session, read_name, read_resource};
use super::{Store, leases, nodes, records, vms};
use crate::chain::Entry;
use crate::error::StoreError;
use crate::ids::{NetworkId, NodeId, OpId, Peer, Resource, VmId};
use crate::job::Job;
use crate::lease::Lease;
use crate::names::{Name, VmKey};
use crate::node::Node;
use crate::state::{Message, State, Vm};

pub(super) fn now(session: &Session<'_>) -> Result<u32, StoreError> {
    let now = session.find("SELECT now FROM clock", [], |row| Ok(row.get(0)?))?;
    now.ok_or(StoreError::Unreadable { table: "clock" })
}

impl Store {
    /// The logical clock.
    ///
    /// # Errors
    ///
    /// As for all that follow: [`StoreError::Database`], and [`StoreError::Unreadable`] when a row is
    /// none of ours.
    pub fn now(&self) -> Result<u32, StoreError> {
        now(&self.reader())
    }

    /// A node.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn node(&self, node: NodeId) -> Result<Option<Node>, StoreError> {
        nodes::find(&self.reader(), node)
    }

    /// The machine that a number or a name means.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn vm(&self, key: &VmKey) -> Result<Option<(VmId, Vm)>, StoreError> {
        const SQL: &str = "SELECT id, name, node_id, image_digest, net_id, cpu, mem, desired, \
                           observed, generation FROM vms WHERE name = ?1";
        let reader = self.reader();
        match key {
            VmKey::Id(id) => Ok(vms::find(&reader, *id)?.map(|vm| (*id, vm))),
            VmKey::Name(name) => reader.find(SQL, [name.as_str()], vms::read),
        }
    }

    /// At most `count` machines in the order of their numbers, those behind `after`. A page that is not
    /// full is the last.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn vms_after(
        &self,
        after: Option<VmId>,
        count: u32,
    ) -> Result<Vec<(VmId, Vm)>, StoreError> {
        const SQL: &str = "SELECT id, name, node_id, image_digest, net_id, cpu, mem, desired, \
                           observed, generation FROM vms WHERE id > ?1 ORDER BY id LIMIT ?2";
        let after = after.map_or(-1, |vm| i64::from(vm.0));
        self.reader()
            .list(SQL, [after, i64::from(count)], vms::read)
    }

    /// The machines on a node.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn vms_on(&self, node: NodeId) -> Result<Vec<(VmId, Vm)>, StoreError> {
        const SQL: &str = "SELECT id, name, node_id, image_digest, net_id, cpu, mem, desired, \
                           observed, generation FROM vms WHERE node_id = ?1 ORDER BY id";
        self.reader().list(SQL, [node.0], vms::read)
    }

    /// A machine's address.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn address(&self, vm: VmId) -> Result<Option<u32>, StoreError> {
        const SQL: &str = "SELECT ip FROM ip_allocs WHERE vm_id = ?1";
        self.reader().find(SQL, [vm.0], |row| Ok(row.get(0)?))
    }

    /// The record of a resource's leases.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn lease(&self, resource: Resource) -> Result<Lease, StoreError> {
        leases::find(&self.reader(), resource)
    }

    /// The messages behind a sequence number, for a peer.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn outbox_after(&self, sequence: u32) -> Result<BTreeMap<u32, Message>, StoreError> {
        const SQL: &str = "SELECT seq, op_id, payload FROM outbox WHERE seq > ?1 ORDER BY seq";
        let messages = self.reader().list(SQL, [sequence], records::read_message)?;
        Ok(messages.into_iter().collect())
    }

    /// The audit log.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn audit(&self) -> Result<Vec<Entry>, StoreError> {
        const SQL: &str = "SELECT seq, ts, actor, action, resource, body_hash, prev_hash, hash \
                           FROM audit ORDER BY seq";
        self.reader().list(SQL, [], records::read_entry)
    }

    /// Everything.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn state(&self) -> Result<State, StoreError> {
        Ok(State {
            now: self.now()?,
            nodes: self.map(nodes::COLUMNS, nodes::read)?,
            labels: self.labels()?,
            images: self.map(
                "SELECT digest, size, format, refcount FROM images",
                vms::read_image,
            )?,
            networks: self.map(
                "SELECT id, name, base, prefix_length, first, last, gateway FROM networks",
                vms::read_network,
            )?,
            vms: self.vms_after(None, u32::MAX)?.into_iter().collect(),
            addresses: self.map("SELECT net_id, ip, vm_id FROM ip_allocs", |row| {
                let place = (NetworkId(row.get(0)?), row.get(1)?);
                Ok((place, VmId(row.get(2)?)))
            })?,
            leases: self.map(
                "SELECT resource, holder, fencing, expires_at FROM leases",
                |row| Ok((read_resource(row, 0)?, leases::read(row)?)),
            )?,
            operations: self.map(records::COLUMNS, records::read)?,
            heads: self.map("SELECT resource, op_id FROM heads", |row| {
                Ok((read_resource(row, 0)?, OpId(row.get(1)?)))
            })?,
            outbox: self.outbox_after(0)?,
            acks: self.map("SELECT peer, seq FROM acks", |row| {
                Ok((Peer(row.get(0)?), row.get(1)?))
            })?,
            jobs: self.jobs()?,
            audit: self.audit()?,
        })
    }

    /// The jobs, by the operations that they undo.
    ///
    /// # Errors
    ///
    /// See [`now`](Self::now).
    pub fn jobs(&self) -> Result<BTreeMap<OpId, Job>, StoreError> {
        self.map(
            "SELECT id, state, attempts, lease_fencing FROM jobs",
            leases::read_job,
        )
    }

    fn labels(&self) -> Result<BTreeSet<(NodeId, Name)>, StoreError> {
        let labels = self
            .reader()
            .list("SELECT node_id, label FROM labels", [], |row| {
                Ok((NodeId(row.get(0)?), read_name(row, 1)?))
            })?;
        Ok(labels.into_iter().collect())
    }

    fn map<K: Ord, V>(
        &self,
        sql: &str,
        read: impl FnMut(&rusqlite::Row<'_>) -> Result<(K, V), StoreError>,
    ) -> Result<BTreeMap<K, V>, StoreError> {
        Ok(self.reader().list(sql, [], read)?.into_iter().collect())
    }
}
