//! Nodes, images, networks and machines in the model.

use super::{Model, ModelNode, ModelVm};
use crate::AddressPlan;
use crate::error::Refusal;
use crate::ids::{ImageDigest, NetworkId, NodeId, Resource, VmId};
use crate::names::Name;
use crate::node::{Approval, NodeStatus, Registration, Size};
use crate::operation::{Desired, ImageFormat, Operation, Reply, VmSpec};

impl Model {
    pub(super) fn perform_on_cluster(&mut self, operation: &Operation) -> Result<Reply, Refusal> {
        match operation {
            Operation::RegisterNode { node, registration } => self.register(*node, registration)?,
            Operation::Heartbeat { node, incarnation } => self.heartbeat(*node, *incarnation)?,
            Operation::Approve { node } => {
                let node = self.node(*node)?;
                node.approval = Approval::Approved;
                if node.status == NodeStatus::Draining {
                    node.status = NodeStatus::Registered;
                }
            }
            Operation::Reject { node } => {
                self.empty_node(*node)?;
                let node = self.node(*node)?;
                node.approval = Approval::Rejected;
                node.status = NodeStatus::Registered;
            }
            Operation::Drain { node } => {
                let node = self.node(*node)?;
                if node.approval != Approval::Approved {
                    return Err(Refusal::NodeNotApproved);
                }
                node.status = NodeStatus::Draining;
            }
            Operation::RemoveNode { node } => {
                self.empty_node(*node)?;
                self.nodes.retain(|other| other.id != *node);
            }
            Operation::SetLabels { node, labels } => {
                let node = self.node(*node)?;
                for (place, label) in labels.iter().enumerate() {
                    if labels[..place].contains(label) {
                        return Err(Refusal::LabelTwice);
                    }
                }
                node.labels.clone_from(labels);
            }
            Operation::AddImage {
                image,
                size,
                format,
            } => self.add_image(*image, *size, *format)?,
            Operation::GcImages => return Ok(self.gc_images()),
            Operation::CreateNetwork {
                network,
                name,
                plan,
            } => self.create_network(*network, name, plan)?,
            Operation::DeleteNetwork { network } => {
                self.network(*network)?;
                if self.vms.iter().any(|vm| vm.spec.network == *network) {
                    return Err(Refusal::NetworkInUse);
                }
                self.networks.retain(|(other, ..)| other != network);
            }
            _ => unreachable!("the other operations are about machines, leases and jobs"),
        }
        Ok(Reply::Done)
    }

    fn node(&mut self, node: NodeId) -> Result<&mut ModelNode, Refusal> {
        let found = self.nodes.iter_mut().find(|other| other.id == node);
        found.ok_or(Refusal::NoSuchNode)
    }

    fn empty_node(&mut self, node: NodeId) -> Result<(), Refusal> {
        self.node(node)?;
        if self.vms.iter().any(|vm| vm.spec.node == node) {
            return Err(Refusal::NodeInUse);
        }
        Ok(())
    }

    /// Whether the machines on a node, and one more, fit into what it has.
    fn has_room(&self, node: NodeId, more: Size, capacity: Size) -> bool {
        let (mut cpu, mut mem) = (u128::from(more.cpu), u128::from(more.mem));
        for vm in self.vms.iter().filter(|vm| vm.spec.node == node) {
            cpu += u128::from(vm.spec.size.cpu);
            mem += u128::from(vm.spec.size.mem);
        }
        cpu <= u128::from(capacity.cpu) && mem <= u128::from(capacity.mem)
    }

    fn register(&mut self, id: NodeId, registration: &Registration) -> Result<(), Refusal> {
        let mut others = self.nodes.iter().filter(|other| other.id != id);
        if others.any(|other| other.registration.address == registration.address) {
            return Err(Refusal::AddressTaken);
        }
        let nothing = Size { cpu: 0, mem: 0 };
        let has_room = self.has_room(id, nothing, registration.capacity);
        let now = self.now;
        let Ok(node) = self.node(id) else {
            self.nodes.push(ModelNode {
                id,
                registration: registration.clone(),
                status: NodeStatus::Registered,
                approval: Approval::Pending,
                registered_at: now,
                last_seen: now,
                labels: Vec::new(),
            });
            return Ok(());
        };
        if registration.incarnation < node.registration.incarnation {
            return Err(Refusal::StaleIncarnation);
        }
        if !has_room {
            return Err(Refusal::CapacityBelowUse);
        }
        let is_same = registration.incarnation == node.registration.incarnation;
        if !is_same && node.status == NodeStatus::Ready {
            node.status = NodeStatus::Registered;
        }
        node.registration = registration.clone();
        node.last_seen = now;
        Ok(())
    }

    fn heartbeat(&mut self, id: NodeId, incarnation: u32) -> Result<(), Refusal> {
        let now = self.now;
        let node = self.node(id)?;
        let known = node.registration.incarnation;
        match node.approval {
            Approval::Rejected => return Err(Refusal::NodeRejected),
            _ if incarnation < known => return Err(Refusal::StaleIncarnation),
            _ if incarnation > known => return Err(Refusal::UnknownIncarnation),
            Approval::Approved if node.status == NodeStatus::Registered => {
                node.status = NodeStatus::Ready;
            }
            _ => {}
        }
        node.last_seen = now;
        Ok(())
    }

    fn add_image(
        &mut self,
        image: ImageDigest,
        size: u32,
        format: ImageFormat,
    ) -> Result<(), Refusal> {
        let Some(known) = self.images.iter().find(|(digest, ..)| *digest == image) else {
            self.images.push((image, size, format));
            return Ok(());
        };
        if *known != (image, size, format) {
            return Err(Refusal::ImageDiffers);
        }
        Ok(())
    }

    fn gc_images(&mut self) -> Reply {
        let before = self.images.len();
        let vms = &self.vms;
        self.images
            .retain(|(digest, ..)| vms.iter().any(|vm| vm.spec.image == *digest));
        Reply::Removed((before - self.images.len()) as u32)
    }

    fn create_network(
        &mut self,
        network: NetworkId,
        name: &Name,
        plan: &AddressPlan,
    ) -> Result<(), Refusal> {
        if self.network(network).is_ok() {
            return Err(Refusal::NetworkExists);
        }
        if self.networks.iter().any(|(_, other, _)| other == name) {
            return Err(Refusal::NetworkNameTaken);
        }
        self.networks.push((network, name.clone(), *plan));
        Ok(())
    }

    fn network(&self, network: NetworkId) -> Result<AddressPlan, Refusal> {
        let found = self.networks.iter().find(|(other, ..)| *other == network);
        found
            .map(|(_, _, plan)| *plan)
            .ok_or(Refusal::NoSuchNetwork)
    }

    pub(super) fn perform_on_vm(&mut self, operation: &Operation) -> Result<Reply, Refusal> {
        match operation {
            Operation::CreateVm { vm, spec, fence } => self.create(*vm, spec, *fence),
            Operation::UpdateVm {
                vm,
                size,
                desired,
                fence,
            } => self.update(*vm, *size, *desired, *fence),
            Operation::DeleteVm { vm, fence } => {
                self.admit(Resource::Vm(*vm), *fence)?;
                self.vm(*vm)?;
                self.vms.retain(|other| other.id != *vm);
                Ok(Reply::Done)
            }
            Operation::ReportState { node, vm, observed } => {
                let vm = self.vm(*vm)?;
                if vm.spec.node != *node {
                    return Err(Refusal::OtherNode);
                }
                if !(vm.observed..=vm.generation).contains(observed) {
                    let is_ahead = *observed > vm.generation;
                    return Err(if is_ahead {
                        Refusal::ObservedAhead
                    } else {
                        Refusal::ObservedBack
                    });
                }
                vm.observed = *observed;
                Ok(Reply::Done)
            }
            _ => unreachable!("these are all that are about machines"),
        }
    }

    fn vm(&mut self, vm: VmId) -> Result<&mut ModelVm, Refusal> {
        let found = self.vms.iter_mut().find(|other| other.id == vm);
        found.ok_or(Refusal::NoSuchVm)
    }

    fn create(&mut self, id: VmId, spec: &VmSpec, fence: Option<u32>) -> Result<Reply, Refusal> {
        if spec.size.cpu.min(spec.size.mem) == 0 {
            return Err(Refusal::SizeZero);
        }
        self.admit(Resource::Vm(id), fence)?;
        if self.vm(id).is_ok() {
            return Err(Refusal::VmExists);
        }
        if self.vms.iter().any(|vm| vm.spec.name == spec.name) {
            return Err(Refusal::VmNameTaken);
        }
        let node = self.node(spec.node)?;
        if node.approval != Approval::Approved {
            return Err(Refusal::NodeNotApproved);
        }
        if node.status == NodeStatus::Draining {
            return Err(Refusal::NodeDraining);
        }
        let capacity = node.registration.capacity;
        if self.images.iter().all(|(digest, ..)| *digest != spec.image) {
            return Err(Refusal::NoSuchImage);
        }
        let plan = self.network(spec.network)?;
        if !self.has_room(spec.node, spec.size, capacity) {
            return Err(Refusal::NoRoom);
        }
        let is_free = |address: &u32| {
            let mut neighbours = self.vms.iter().filter(|vm| vm.spec.network == spec.network);
            *address != plan.gateway() && neighbours.all(|vm| vm.address != *address)
        };
        let address = (plan.first()..=plan.last()).find(is_free);
        let address = address.ok_or(Refusal::AddressesExhausted)?;
        self.vms.push(ModelVm {
            id,
            spec: spec.clone(),
            desired: Desired::Running,
            observed: 0,
            generation: 1,
            address,
        });
        Ok(Reply::Address(address))
    }

    fn update(
        &mut self,
        id: VmId,
        size: Size,
        desired: Desired,
        fence: Option<u32>,
    ) -> Result<Reply, Refusal> {
        if size.cpu.min(size.mem) == 0 {
            return Err(Refusal::SizeZero);
        }
        self.admit(Resource::Vm(id), fence)?;
        let vm = self.vm(id)?;
        let node = vm.spec.node;
        // Without the machine as it was, there has to be room for it as it will be.
        let before = std::mem::replace(&mut vm.spec.size, size);
        let capacity = self.node(node)?.registration.capacity;
        let has_room = self.has_room(node, Size { cpu: 0, mem: 0 }, capacity);
        let vm = self.vm(id)?;
        if !has_room {
            vm.spec.size = before;
            return Err(Refusal::NoRoom);
        }
        let Some(generation) = vm.generation.checked_add(1) else {
            vm.spec.size = before;
            return Err(Refusal::GenerationExhausted);
        };
        vm.generation = generation;
        vm.desired = desired;
        Ok(Reply::Done)
    }
}
