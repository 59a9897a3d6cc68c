//! Operations on nodes.

use rusqlite::{Row, params};

use super::session::{Session, Word, read_name};
use crate::error::{Refusal, StoreError};
use crate::ids::NodeId;
use crate::names::Name;
use crate::node::{Approval, Node, NodeStatus, Registration, Size, Usage};
use crate::operation::Reply;

pub(super) const COLUMNS: &str = "SELECT id, hostname, address, cpu_total, mem_total, incarnation, \
                                  status, approval, registered_at, last_seen FROM nodes";

pub(super) fn read(row: &Row<'_>) -> Result<(NodeId, Node), StoreError> {
    let registration = Registration {
        hostname: read_name(row, 1)?,
        address: row.get(2)?,
        capacity: Size {
            cpu: row.get(3)?,
            mem: row.get(4)?,
        },
        incarnation: row.get(5)?,
    };
    let node = Node {
        registration,
        status: NodeStatus::read(row, 6)?,
        approval: Approval::read(row, 7)?,
        registered_at: row.get(8)?,
        last_seen: row.get(9)?,
    };
    Ok((NodeId(row.get(0)?), node))
}

pub(super) fn find(session: &Session<'_>, node: NodeId) -> Result<Option<Node>, StoreError> {
    const SQL: &str = "SELECT id, hostname, address, cpu_total, mem_total, incarnation, status, \
                       approval, registered_at, last_seen FROM nodes WHERE id = ?1";
    session.find(SQL, [node.0], |row| Ok(read(row)?.1))
}

pub(super) fn require(session: &Session<'_>, node: NodeId) -> Result<Node, StoreError> {
    Ok(find(session, node)?.ok_or(Refusal::NoSuchNode)?)
}

/// What the node's machines use, without one of them if that is about to change.
pub(super) fn usage(
    session: &Session<'_>,
    node: NodeId,
    except: Option<u32>,
) -> Result<Usage, StoreError> {
    const SQL: &str = "SELECT coalesce(sum(cpu), 0), coalesce(sum(mem), 0) FROM vms \
                       WHERE node_id = ?1 AND id IS NOT ?2";
    let usage = session.find(SQL, params![node.0, except], |row| {
        let (cpu, mem): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (cpu, mem) = (cpu.cast_unsigned(), mem.cast_unsigned());
        Ok(Usage { cpu, mem })
    })?;
    Ok(usage.unwrap_or_default())
}

fn refuse_in_use(session: &Session<'_>, node: NodeId) -> Result<(), StoreError> {
    if session.exists("SELECT 1 FROM vms WHERE node_id = ?1 LIMIT 1", [node.0])? {
        return Err(Refusal::NodeInUse.into());
    }
    Ok(())
}

pub(super) fn register(
    session: &Session<'_>,
    id: NodeId,
    registration: &Registration,
    now: u32,
) -> Result<Reply, StoreError> {
    let taken = session.exists(
        "SELECT 1 FROM nodes WHERE address = ?1 AND id <> ?2",
        [registration.address, id.0],
    )?;
    if taken {
        return Err(Refusal::AddressTaken.into());
    }
    let node = match find(session, id)? {
        None => Node::first(registration.clone(), now),
        Some(node) => node.again(registration.clone(), usage(session, id, None)?, now)?,
    };
    // No REPLACE: that would delete the row, and the node's labels with it.
    session.write(
        "INSERT INTO nodes (id, hostname, address, cpu_total, mem_total, incarnation, status, \
         approval, registered_at, last_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
         ON CONFLICT (id) DO UPDATE SET hostname = ?2, address = ?3, cpu_total = ?4, mem_total = ?5, \
         incarnation = ?6, status = ?7, last_seen = ?10",
        params![
            id.0,
            node.registration.hostname.as_str(),
            node.registration.address,
            node.registration.capacity.cpu,
            node.registration.capacity.mem,
            node.registration.incarnation,
            node.status.word(),
            node.approval.word(),
            node.registered_at,
            node.last_seen,
        ],
    )?;
    Ok(Reply::Done)
}

pub(super) fn heartbeat(
    session: &Session<'_>,
    id: NodeId,
    incarnation: u32,
    now: u32,
) -> Result<Reply, StoreError> {
    let status = require(session, id)?.heartbeat(incarnation)?;
    session.write(
        "UPDATE nodes SET status = ?2, last_seen = ?3 WHERE id = ?1",
        params![id.0, status.word(), now],
    )?;
    Ok(Reply::Done)
}

fn set(
    session: &Session<'_>,
    id: NodeId,
    approval: Approval,
    status: NodeStatus,
) -> Result<Reply, StoreError> {
    session.write(
        "UPDATE nodes SET approval = ?2, status = ?3 WHERE id = ?1",
        params![id.0, approval.word(), status.word()],
    )?;
    Ok(Reply::Done)
}

pub(super) fn approve(session: &Session<'_>, id: NodeId) -> Result<Reply, StoreError> {
    let status = match require(session, id)?.status {
        NodeStatus::Draining => NodeStatus::Registered,
        status => status,
    };
    set(session, id, Approval::Approved, status)
}

pub(super) fn reject(session: &Session<'_>, id: NodeId) -> Result<Reply, StoreError> {
    require(session, id)?;
    refuse_in_use(session, id)?;
    set(session, id, Approval::Rejected, NodeStatus::Registered)
}

pub(super) fn drain(session: &Session<'_>, id: NodeId) -> Result<Reply, StoreError> {
    if require(session, id)?.approval != Approval::Approved {
        return Err(Refusal::NodeNotApproved.into());
    }
    set(session, id, Approval::Approved, NodeStatus::Draining)
}

pub(super) fn remove(session: &Session<'_>, id: NodeId) -> Result<Reply, StoreError> {
    require(session, id)?;
    refuse_in_use(session, id)?;
    session.write("DELETE FROM nodes WHERE id = ?1", [id.0])?;
    Ok(Reply::Done)
}

pub(super) fn set_labels(
    session: &Session<'_>,
    id: NodeId,
    labels: &[Name],
) -> Result<Reply, StoreError> {
    require(session, id)?;
    session.write("DELETE FROM labels WHERE node_id = ?1", [id.0])?;
    for label in labels {
        let values = params![id.0, label.as_str()];
        // The labels before it are back once the transaction is rolled back.
        if session.write("INSERT OR IGNORE INTO labels VALUES (?1, ?2)", values)? == 0 {
            return Err(Refusal::LabelTwice.into());
        }
    }
    Ok(Reply::Done)
}
