//! What is written together with every effect: the operation, the message to the peers, the audit
//! entry. And what reads it: replay, arbitration, acknowledgements.

use rusqlite::{Row, params};

use super::leases;
use super::session::{Session, Word, read_action, read_resource};
use crate::arbitration::{Candidate, Merge, Rank, Standing, merge};
use crate::chain::{Body, Entry, Hash, Head};
use crate::error::{Refusal, StoreError};
use crate::ids::{Actor, OpId, Peer};
use crate::operation::{Action, RemoteOperation, Reply};
use crate::state::{Message, Record};

pub(super) const COLUMNS: &str = "SELECT op_id, actor, kind, resource, is_valid, is_safe, priority, \
                                  epoch, time, controller, standing, request, reply_kind, \
                                  reply_first, reply_second FROM ops ORDER BY op_id";

pub(super) fn read(row: &Row<'_>) -> Result<(OpId, Record), StoreError> {
    let actor: Option<u32> = row.get(1)?;
    let arbitration = match actor {
        Some(_) => None,
        None => Some((read_rank(row, 4)?, Standing::read(row, 10)?)),
    };
    let record = Record {
        actor: actor.map(Actor),
        action: read_action(row, 2)?,
        resource: read_resource(row, 3)?,
        arbitration,
        request: row.get(11)?,
        reply: read_reply(row, 12)?,
    };
    Ok((OpId(row.get(0)?), record))
}

fn read_rank(row: &Row<'_>, column: usize) -> Result<Rank, StoreError> {
    Ok(Rank {
        is_valid: row.get(column)?,
        is_safe: row.get(column + 1)?,
        priority: row.get(column + 2)?,
        epoch: row.get(column + 3)?,
        time: row.get(column + 4)?,
        controller: row.get(column + 5)?,
    })
}

fn read_reply(row: &Row<'_>, column: usize) -> Result<Reply, StoreError> {
    let numbers = [row.get(column)?, row.get(column + 1)?, row.get(column + 2)?];
    Reply::from_numbers(numbers).ok_or(StoreError::Unreadable { table: "ops" })
}

/// The first reply, if the operation was done before.
pub(super) fn replay(
    session: &Session<'_>,
    op: OpId,
    request: &Hash,
) -> Result<Option<Reply>, StoreError> {
    const SQL: &str =
        "SELECT request, reply_kind, reply_first, reply_second FROM ops WHERE op_id = ?1";
    let found = session.find(SQL, [op.0], |row| {
        Ok((row.get::<_, Hash>(0)?, read_reply(row, 1)?))
    })?;
    match found {
        None => Ok(None),
        Some((first, reply)) if first == *request => Ok(Some(reply)),
        Some(_) => Err(Refusal::OpIdReused.into()),
    }
}

pub(super) fn keep(session: &Session<'_>, op: OpId, record: &Record) -> Result<(), StoreError> {
    let [kind, first, second] = record.reply.to_numbers();
    let rank = record.arbitration.map(|(rank, _)| rank);
    session.write(
        "INSERT INTO ops VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        params![
            op.0,
            record.actor.map(|actor| actor.0),
            record.action.as_str(),
            record.resource.to_string(),
            rank.map(|rank| rank.is_valid),
            rank.map(|rank| rank.is_safe),
            rank.map(|rank| rank.priority),
            rank.map(|rank| rank.epoch),
            rank.map(|rank| rank.time),
            rank.map(|rank| rank.controller),
            record.arbitration.map(|(_, standing)| standing.word()),
            record.request,
            kind,
            first,
            second,
        ],
    )?;
    Ok(())
}

pub(super) fn send(session: &Session<'_>, op: OpId, payload: &[u8]) -> Result<(), StoreError> {
    session.write(
        "INSERT INTO outbox (op_id, payload) VALUES (?1, ?2)",
        params![op.0, payload],
    )?;
    Ok(())
}

pub(super) fn read_message(row: &Row<'_>) -> Result<(u32, Message), StoreError> {
    let message = Message {
        op: OpId(row.get(1)?),
        payload: row.get(2)?,
    };
    Ok((row.get(0)?, message))
}

/// Puts a remote operation beside the head of its resource, and says what became of it.
pub(super) fn arbitrate(
    session: &Session<'_>,
    remote: &RemoteOperation,
    request: Hash,
) -> Result<Standing, StoreError> {
    const HEAD: &str = "SELECT is_valid, is_safe, priority, epoch, time, controller, op_id \
                        FROM heads JOIN ops USING (op_id) WHERE heads.resource = ?1";
    let resource = remote.resource.to_string();
    let head = session.find(HEAD, [&resource], |row| {
        Ok(Candidate {
            rank: read_rank(row, 0)?,
            op: OpId(row.get(6)?),
        })
    })?;
    let new = Candidate {
        rank: remote.rank,
        op: remote.op,
    };
    let Merge { head, loser } = merge(head, new);
    let standing = if head == new {
        Standing::Head
    } else {
        Standing::of_loser(new.rank)
    };
    let record = Record {
        actor: None,
        action: Action::ApplyRemote,
        resource: remote.resource,
        arbitration: Some((remote.rank, standing)),
        request,
        reply: Reply::Placed(standing),
    };
    keep(session, remote.op, &record)?;
    if head == new {
        session.write(
            "INSERT INTO heads VALUES (?1, ?2) ON CONFLICT (resource) DO UPDATE SET op_id = ?2",
            params![resource, new.op.0],
        )?;
    }
    if let Some(loser) = loser {
        settle(session, loser)?;
    }
    Ok(standing)
}

/// Does what has to be done about an operation that lost.
fn settle(session: &Session<'_>, loser: Candidate) -> Result<(), StoreError> {
    let standing = Standing::of_loser(loser.rank);
    session.write(
        "UPDATE ops SET standing = ?2 WHERE op_id = ?1",
        params![loser.op.0, standing.word()],
    )?;
    if standing == Standing::Compensated {
        leases::enqueue(session, loser.op)?;
    }
    Ok(())
}

/// How far a peer has read; an acknowledgement that was overtaken changes nothing.
pub(super) fn acknowledge(
    session: &Session<'_>,
    peer: Peer,
    sequence: u32,
) -> Result<(), StoreError> {
    const LAST: &str = "SELECT coalesce(max(seq), 0) FROM outbox";
    let last = session.find(LAST, [], |row| Ok(row.get::<_, u32>(0)?))?;
    if sequence > last.unwrap_or(0) {
        return Err(Refusal::AckAhead.into());
    }
    session.write(
        "INSERT INTO acks VALUES (?1, ?2) ON CONFLICT (peer) DO UPDATE SET seq = max(seq, ?2)",
        [peer.0, sequence],
    )?;
    Ok(())
}

pub(super) fn read_entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    let actor: Option<u32> = row.get(2)?;
    let body = Body {
        time: row.get(1)?,
        actor: actor.map(Actor),
        action: read_action(row, 3)?,
        resource: read_resource(row, 4)?,
        request: row.get(5)?,
    };
    Ok(Entry {
        sequence: row.get(0)?,
        body,
        previous: row.get(6)?,
        hash: row.get(7)?,
    })
}

pub(super) fn audit_head(session: &Session<'_>) -> Result<Head, StoreError> {
    const SQL: &str = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
    let head = session.find(SQL, [], |row| {
        Ok(Head {
            sequence: row.get(0)?,
            hash: row.get(1)?,
        })
    })?;
    Ok(head.unwrap_or(Head::START))
}

pub(super) fn audit(session: &Session<'_>, body: Body) -> Result<(), StoreError> {
    let head = audit_head(session)?;
    if head.sequence == u32::MAX {
        return Err(Refusal::LogFull.into());
    }
    let entry = Entry::next(head, body);
    session.write(
        "INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            entry.sequence,
            body.time,
            body.actor.map(|actor| actor.0),
            body.action.as_str(),
            body.resource.to_string(),
            body.request,
            entry.previous,
            entry.hash,
        ],
    )?;
    Ok(())
}
