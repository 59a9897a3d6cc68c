//! Operations on images, networks and machines.

use rusqlite::{Row, params};

use super::session::{Session, Word, read_digest, read_name};
use super::{leases, nodes};
use crate::addresses::AddressPlan;
use crate::error::{Refusal, StoreError};
use crate::ids::{ImageDigest, NetworkId, NodeId, Resource, VmId};
use crate::names::Name;
use crate::node::Size;
use crate::operation::{Desired, ImageFormat, Reply, VmSpec};
use crate::state::{Image, Network, Vm};

pub(super) fn read(row: &Row<'_>) -> Result<(VmId, Vm), StoreError> {
    let spec = VmSpec {
        name: read_name(row, 1)?,
        node: NodeId(row.get(2)?),
        image: read_digest(row, 3)?,
        network: NetworkId(row.get(4)?),
        size: Size {
            cpu: row.get(5)?,
            mem: row.get(6)?,
        },
    };
    let vm = Vm {
        spec,
        desired: Desired::read(row, 7)?,
        observed: row.get(8)?,
        generation: row.get(9)?,
    };
    Ok((VmId(row.get(0)?), vm))
}

pub(super) fn read_image(row: &Row<'_>) -> Result<(ImageDigest, Image), StoreError> {
    let image = Image {
        size: row.get(1)?,
        format: ImageFormat::read(row, 2)?,
        references: row.get(3)?,
    };
    Ok((read_digest(row, 0)?, image))
}

pub(super) fn read_network(row: &Row<'_>) -> Result<(NetworkId, Network), StoreError> {
    let plan = AddressPlan::new(
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
    );
    let network = Network {
        name: read_name(row, 1)?,
        plan: plan.map_err(|_| StoreError::Unreadable { table: "networks" })?,
    };
    Ok((NetworkId(row.get(0)?), network))
}

pub(super) fn find(session: &Session<'_>, vm: VmId) -> Result<Option<Vm>, StoreError> {
    const SQL: &str = "SELECT id, name, node_id, image_digest, net_id, cpu, mem, desired, observed, \
                       generation FROM vms WHERE id = ?1";
    session.find(SQL, [vm.0], |row| Ok(read(row)?.1))
}

fn require(session: &Session<'_>, vm: VmId) -> Result<Vm, StoreError> {
    Ok(find(session, vm)?.ok_or(Refusal::NoSuchVm)?)
}

pub(super) fn find_image(
    session: &Session<'_>,
    image: ImageDigest,
) -> Result<Option<Image>, StoreError> {
    const SQL: &str = "SELECT digest, size, format, refcount FROM images WHERE digest = ?1";
    session.find(SQL, [image.0], |row| Ok(read_image(row)?.1))
}

fn find_network(session: &Session<'_>, network: NetworkId) -> Result<Option<Network>, StoreError> {
    const SQL: &str =
        "SELECT id, name, base, prefix_length, first, last, gateway FROM networks WHERE id = ?1";
    session.find(SQL, [network.0], |row| Ok(read_network(row)?.1))
}

pub(super) fn add_image(
    session: &Session<'_>,
    image: ImageDigest,
    size: u32,
    format: ImageFormat,
) -> Result<Reply, StoreError> {
    match find_image(session, image)? {
        Some(known) if (known.size, known.format) != (size, format) => {
            return Err(Refusal::ImageDiffers.into());
        }
        Some(_) => {}
        None => {
            session.write(
                "INSERT INTO images VALUES (?1, ?2, ?3, 0)",
                params![image.0, size, format.word()],
            )?;
        }
    }
    Ok(Reply::Done)
}

pub(super) fn gc_images(session: &Session<'_>) -> Result<Reply, StoreError> {
    let removed = session.write("DELETE FROM images WHERE refcount = 0", [])?;
    Ok(Reply::Removed(u32::try_from(removed).unwrap_or(u32::MAX)))
}

pub(super) fn create_network(
    session: &Session<'_>,
    network: NetworkId,
    name: &Name,
    plan: &AddressPlan,
) -> Result<Reply, StoreError> {
    if find_network(session, network)?.is_some() {
        return Err(Refusal::NetworkExists.into());
    }
    if session.exists("SELECT 1 FROM networks WHERE name = ?1", [name.as_str()])? {
        return Err(Refusal::NetworkNameTaken.into());
    }
    session.write(
        "INSERT INTO networks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            network.0,
            name.as_str(),
            plan.base(),
            plan.prefix_length(),
            plan.first(),
            plan.last(),
            plan.gateway(),
        ],
    )?;
    Ok(Reply::Done)
}

pub(super) fn delete_network(
    session: &Session<'_>,
    network: NetworkId,
) -> Result<Reply, StoreError> {
    if find_network(session, network)?.is_none() {
        return Err(Refusal::NoSuchNetwork.into());
    }
    if session.exists("SELECT 1 FROM vms WHERE net_id = ?1 LIMIT 1", [network.0])? {
        return Err(Refusal::NetworkInUse.into());
    }
    session.write("DELETE FROM networks WHERE id = ?1", [network.0])?;
    Ok(Reply::Done)
}

const fn refuse_zero(size: Size) -> Result<(), Refusal> {
    if size.cpu == 0 || size.mem == 0 {
        return Err(Refusal::SizeZero);
    }
    Ok(())
}

pub(super) fn create(
    session: &Session<'_>,
    vm: VmId,
    spec: &VmSpec,
    fence: Option<u32>,
    now: u32,
) -> Result<Reply, StoreError> {
    refuse_zero(spec.size)?;
    leases::admit(session, Resource::Vm(vm), fence, now)?;
    if find(session, vm)?.is_some() {
        return Err(Refusal::VmExists.into());
    }
    if session.exists("SELECT 1 FROM vms WHERE name = ?1", [spec.name.as_str()])? {
        return Err(Refusal::VmNameTaken.into());
    }
    let node = nodes::require(session, spec.node)?;
    node.admit()?;
    find_image(session, spec.image)?.ok_or(Refusal::NoSuchImage)?;
    let network = find_network(session, spec.network)?.ok_or(Refusal::NoSuchNetwork)?;
    let usage = nodes::usage(session, spec.node, None)?.plus(spec.size);
    if !usage.fits(node.registration.capacity) {
        return Err(Refusal::NoRoom.into());
    }
    let address = free_address(session, spec.network, &network.plan)?;
    insert(session, vm, spec, address)?;
    Ok(Reply::Address(address))
}

fn free_address(
    session: &Session<'_>,
    network: NetworkId,
    plan: &AddressPlan,
) -> Result<u32, StoreError> {
    const SQL: &str = "SELECT ip FROM ip_allocs WHERE net_id = ?1 ORDER BY ip";
    let taken: Vec<u32> = session.list(SQL, [network.0], |row| Ok(row.get(0)?))?;
    Ok(plan.next_free(taken).ok_or(Refusal::AddressesExhausted)?)
}

/// A machine with all that belongs to it.
fn insert(session: &Session<'_>, vm: VmId, spec: &VmSpec, address: u32) -> Result<(), StoreError> {
    session.write(
        "INSERT INTO vms (id, name, node_id, image_digest, net_id, cpu, mem, desired, observed, \
         generation) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'running', 0, 1)",
        params![
            vm.0,
            spec.name.as_str(),
            spec.node.0,
            spec.image.0,
            spec.network.0,
            spec.size.cpu,
            spec.size.mem,
        ],
    )?;
    session.write(
        "INSERT INTO ip_allocs VALUES (?1, ?2, ?3)",
        [spec.network.0, address, vm.0],
    )?;
    session.write(
        "UPDATE images SET refcount = refcount + 1 WHERE digest = ?1",
        [spec.image.0],
    )?;
    Ok(())
}

pub(super) fn update(
    session: &Session<'_>,
    id: VmId,
    size: Size,
    desired: Desired,
    fence: Option<u32>,
    now: u32,
) -> Result<Reply, StoreError> {
    refuse_zero(size)?;
    leases::admit(session, Resource::Vm(id), fence, now)?;
    let vm = require(session, id)?;
    let node = nodes::require(session, vm.spec.node)?;
    let usage = nodes::usage(session, vm.spec.node, Some(id.0))?.plus(size);
    if !usage.fits(node.registration.capacity) {
        return Err(Refusal::NoRoom.into());
    }
    let generation = vm.generation.checked_add(1);
    let generation = generation.ok_or(Refusal::GenerationExhausted)?;
    session.write(
        "UPDATE vms SET cpu = ?2, mem = ?3, desired = ?4, generation = ?5 WHERE id = ?1",
        params![id.0, size.cpu, size.mem, desired.word(), generation],
    )?;
    Ok(Reply::Done)
}

pub(super) fn delete(
    session: &Session<'_>,
    id: VmId,
    fence: Option<u32>,
    now: u32,
) -> Result<Reply, StoreError> {
    leases::admit(session, Resource::Vm(id), fence, now)?;
    let vm = require(session, id)?;
    session.write("DELETE FROM ip_allocs WHERE vm_id = ?1", [id.0])?;
    session.write("DELETE FROM vms WHERE id = ?1", [id.0])?;
    session.write(
        "UPDATE images SET refcount = refcount - 1 WHERE digest = ?1",
        [vm.spec.image.0],
    )?;
    Ok(Reply::Done)
}

pub(super) fn report(
    session: &Session<'_>,
    node: NodeId,
    id: VmId,
    observed: u32,
) -> Result<Reply, StoreError> {
    let vm = require(session, id)?;
    if vm.spec.node != node {
        return Err(Refusal::OtherNode.into());
    }
    if observed > vm.generation {
        return Err(Refusal::ObservedAhead.into());
    }
    if observed < vm.observed {
        return Err(Refusal::ObservedBack.into());
    }
    session.write(
        "UPDATE vms SET observed = ?2 WHERE id = ?1",
        [id.0, observed],
    )?;
    Ok(Reply::Done)
}
