//! Open files: descriptors, positions, reading and writing.

use super::tree::Place;
use super::{FileSystem, Kind, NodeId, Rc, Refusal, Result, Status, error};
use crate::memory::Fragment;

/// Flags of `open`.
mod flag {
    pub(super) const ACCESS: u64 = 3;
    pub(super) const WRITE_ONLY: u64 = 1;
    pub(super) const CREATE: u64 = 0o100;
    pub(super) const EXCLUSIVE: u64 = 0o200;
    pub(super) const TRUNCATE: u64 = 0o1000;
    pub(super) const APPEND: u64 = 0o2000;
    pub(super) const FOLDER: u64 = 0o200_000;
    pub(super) const NO_FOLLOW: u64 = 0o400_000;
}

/// Larger files are refused, as on a disk that is full of them.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// What a descriptor was made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Start {
    /// The standard input, which is empty.
    Input,
    /// The standard output.
    Output,
    /// The standard error.
    Error,
    /// A file or a folder.
    Node(NodeId),
}

/// An open file; copies of a descriptor share it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Open {
    start: Start,
    position: u64,
    may_read: bool,
    may_write: bool,
    appends: bool,
    /// What is still to be listed of a folder, last name first; `None` before the first is asked for.
    listing: Option<Vec<Entry>>,
}

/// A name in a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    /// Of what bears it.
    pub(crate) status: Status,
    /// The name.
    pub(crate) name: Vec<u8>,
}

impl FileSystem {
    pub(super) fn open_standard(&mut self, start: Start) {
        self.descriptor_of(Open {
            start,
            position: 0,
            may_read: start == Start::Input,
            may_write: start != Start::Input,
            appends: false,
            listing: None,
        });
    }

    fn descriptor_of(&mut self, open: Open) -> u64 {
        self.open.push(open);
        self.lowest_free(self.open.len() - 1, 0)
    }

    /// The lowest descriptor from `from` on that nothing has, for an open file.
    fn lowest_free(&mut self, open: usize, from: u64) -> u64 {
        let mut descriptor = from;
        while self.descriptors.contains_key(&descriptor) {
            descriptor += 1;
        }
        self.descriptors.insert(descriptor, open);
        descriptor
    }

    fn open_of(&self, descriptor: u64) -> Result<&Open> {
        let index = self.descriptors.get(&descriptor);
        let index = index.ok_or(Refusal::Error(error::BAD_DESCRIPTOR))?;
        Ok(&self.open[*index])
    }

    fn open_of_mut(&mut self, descriptor: u64) -> Result<&mut Open> {
        let index = self.descriptors.get(&descriptor);
        let index = *index.ok_or(Refusal::Error(error::BAD_DESCRIPTOR))?;
        Ok(&mut self.open[index])
    }

    /// What a descriptor was made for.
    pub(crate) fn start(&self, descriptor: u64) -> Result<Start> {
        Ok(self.open_of(descriptor)?.start)
    }

    /// Whether what is read from a descriptor is random; the machine knows where that comes from.
    pub(crate) fn is_random(&self, descriptor: u64) -> bool {
        let node = self.start(descriptor).map(|start| match start {
            Start::Node(node) => Some(node),
            _ => None,
        });
        matches!(node, Ok(Some(node)) if self.node(node).kind == Kind::Random)
    }

    /// The folder that a descriptor is of.
    pub(crate) fn folder(&self, descriptor: u64) -> Result<NodeId> {
        match self.start(descriptor)? {
            Start::Node(node) if self.is_folder(node) => Ok(node),
            _ => Err(Refusal::Error(error::NOT_A_FOLDER)),
        }
    }

    /// Where a path starts from that is given with a descriptor: the descriptor's folder, unless the
    /// path is absolute; -100 stands for the current one.
    pub(crate) fn start_of_paths(&self, descriptor: u64, path: &[u8]) -> Result<NodeId> {
        const CURRENT: u64 = 0xffff_ff9c;
        if descriptor == CURRENT || path.starts_with(b"/") {
            return Ok(self.current());
        }
        self.folder(descriptor)
    }

    /// Opens what a path leads to from a folder; with flags and rights as `open` takes them.
    pub(crate) fn open(
        &mut self,
        from: NodeId,
        path: &[u8],
        flags: u64,
        rights: u32,
        now_ns: u64,
    ) -> Result<u64> {
        let is_new_only = flags & flag::CREATE != 0 && flags & flag::EXCLUSIVE != 0;
        let follows = flags & flag::NO_FOLLOW == 0 && !is_new_only;
        let place = self.find(from, path, follows)?;
        let (may_read, may_write) = match flags & flag::ACCESS {
            0 => (true, false),
            flag::WRITE_ONLY => (false, true),
            _ => (true, true),
        };
        let node = match place.node {
            Some(_) if is_new_only => return Err(Refusal::Error(error::EXISTS)),
            Some(node) => {
                self.judge_open(node, flags, (may_read, may_write))?;
                node
            }
            None if flags & flag::CREATE == 0 => return Err(Refusal::Error(error::NO_ENTRY)),
            None => self.created(&place, rights, now_ns)?,
        };
        self.look_into(node);
        if flags & flag::TRUNCATE != 0 && may_write {
            self.resize_node(node, 0, now_ns);
        }
        Ok(self.descriptor_of(Open {
            start: Start::Node(node),
            position: 0,
            may_read,
            may_write,
            appends: flags & flag::APPEND != 0,
            listing: None,
        }))
    }

    fn created(&mut self, place: &Place, rights: u32, now_ns: u64) -> Result<NodeId> {
        self.make_file(place, Some(rights & 0o7777), now_ns)
    }

    /// Judges whether an existing node may be opened like that.
    fn judge_open(
        &self,
        node: NodeId,
        flags: u64,
        (may_read, may_write): (bool, bool),
    ) -> Result<()> {
        let is_folder = self.is_folder(node);
        if is_folder && (may_write || flags & flag::CREATE != 0) {
            return Err(Refusal::Error(error::IS_A_FOLDER));
        }
        if !is_folder && flags & flag::FOLDER != 0 {
            return Err(Refusal::Error(error::NOT_A_FOLDER));
        }
        if matches!(self.node(node).kind, Kind::Link(_)) {
            return Err(Refusal::Error(error::TOO_MANY_LINKS));
        }
        let rights = self.node(node).rights;
        let lacks = |wanted: bool, right: u32| wanted && rights & right == 0;
        if lacks(may_read, 0o400) || lacks(may_write, 0o200) {
            return Err(Refusal::Error(error::NO_ACCESS));
        }
        Ok(())
    }

    pub(crate) fn close(&mut self, descriptor: u64) -> Result<()> {
        let index = self.descriptors.remove(&descriptor);
        index.map(drop).ok_or(Refusal::Error(error::BAD_DESCRIPTOR))
    }

    /// One more descriptor of the same open file, not below `from`.
    pub(crate) fn duplicate(&mut self, descriptor: u64, from: u64) -> Result<u64> {
        let index = self.descriptors.get(&descriptor);
        let index = *index.ok_or(Refusal::Error(error::BAD_DESCRIPTOR))?;
        Ok(self.lowest_free(index, from))
    }

    /// The rights with which a descriptor was opened, as `open`'s flags.
    pub(crate) fn access_of(&self, descriptor: u64) -> Result<u64> {
        let open = self.open_of(descriptor)?;
        let access = match (open.may_read, open.may_write) {
            (true, true) => 2,
            (false, true) => 1,
            _ => 0,
        };
        Ok(access | if open.appends { flag::APPEND } else { 0 })
    }

    /// Reads at the descriptor's position, which moves on, or at another one.
    pub(crate) fn read(
        &mut self,
        descriptor: u64,
        at: Option<u64>,
        length: u64,
    ) -> Result<Fragment> {
        let open = self.open_of(descriptor)?;
        let (start, position) = (open.start, at.unwrap_or(open.position));
        if !open.may_read {
            return Err(Refusal::Error(error::BAD_DESCRIPTOR));
        }
        let mut fragment = Fragment::default();
        let Start::Node(node) = start else {
            return Ok(fragment);
        };
        match &self.node(node).kind {
            Kind::File(contents) => {
                let left = contents.size.saturating_sub(position);
                if left > 0 {
                    contents.copy_out(position, length.min(left), &mut fragment);
                }
            }
            Kind::Folder { .. } => return Err(Refusal::Error(error::IS_A_FOLDER)),
            _ => {}
        }
        if at.is_none() {
            self.open_of_mut(descriptor)?.position += fragment.bytes.len() as u64;
        }
        Ok(fragment)
    }

    /// Writes at the descriptor's position, which moves on, or at another one.
    pub(crate) fn write(
        &mut self,
        descriptor: u64,
        at: Option<u64>,
        fragment: &Fragment,
        now_ns: u64,
    ) -> Result<()> {
        let open = self.open_of(descriptor)?;
        let (start, appends) = (open.start, open.appends);
        let mut position = at.unwrap_or(open.position);
        let Start::Node(node) = start else {
            return Err(Refusal::Error(error::BAD_DESCRIPTOR));
        };
        if !open.may_write {
            return Err(Refusal::Error(error::BAD_DESCRIPTOR));
        }
        let length = fragment.bytes.len() as u64;
        let node = self.node_mut(node);
        if let Kind::File(contents) = &mut node.kind
            && length > 0
        {
            if appends {
                position = contents.size;
            }
            let end = position.checked_add(length);
            let end = end.filter(|end| *end <= FILE_BYTES_MAX);
            let end = end.ok_or(Refusal::Error(error::FILE_TOO_LARGE))?;
            let contents = Rc::make_mut(contents);
            contents.resize(contents.size.max(end));
            contents.copy_in(position, fragment);
            node.modified_ns = now_ns;
        }
        if at.is_none() {
            self.open_of_mut(descriptor)?.position = position + length;
        }
        Ok(())
    }

    /// Moves a descriptor's position; `whence` as `lseek` takes it.
    pub(crate) fn seek(&mut self, descriptor: u64, distance: i64, whence: u64) -> Result<u64> {
        let open = self.open_of(descriptor)?;
        let Start::Node(node) = open.start else {
            return Err(Refusal::Error(error::CANNOT_SEEK));
        };
        let base = match whence {
            0 => 0,
            1 => open.position,
            2 => self.status(node).size,
            _ => return Err(Refusal::Error(error::INVALID)),
        };
        let position = base.checked_add_signed(distance);
        let position = position.filter(|position| i64::try_from(*position).is_ok());
        let position = position.ok_or(Refusal::Error(error::INVALID))?;
        let open = self.open_of_mut(descriptor)?;
        open.position = position;
        // A folder that is gone back to is listed anew.
        open.listing = None;
        Ok(position)
    }

    /// What is known about an open file.
    pub(crate) fn status_of_open(&mut self, descriptor: u64) -> Result<Status> {
        Ok(match self.start(descriptor)? {
            Start::Node(node) => self.status(node),
            // Standard streams are pipes, as they are where output is captured.
            _ => Status {
                number: 0,
                mode: 0o010_600,
                links: 1,
                size: 0,
                modified_ns: 0,
            },
        })
    }

    /// Gives an open file another size; bytes that come are zero.
    pub(crate) fn resize(&mut self, descriptor: u64, size: u64, now_ns: u64) -> Result<()> {
        let open = self.open_of(descriptor)?;
        match open.start {
            Start::Node(node) if open.may_write => {
                self.resize_node(node, size, now_ns);
                Ok(())
            }
            _ => Err(Refusal::Error(error::INVALID)),
        }
    }

    fn resize_node(&mut self, node: NodeId, size: u64, now_ns: u64) {
        let node = self.node_mut(node);
        if let Kind::File(contents) = &mut node.kind {
            Rc::make_mut(contents).resize(size);
            node.modified_ns = now_ns;
        }
    }

    /// Changes the rights or the time of what a descriptor is of.
    pub(crate) fn set_of_open(
        &mut self,
        descriptor: u64,
        rights: Option<u32>,
        modified_ns: Option<u64>,
    ) -> Result<()> {
        if let Start::Node(node) = self.start(descriptor)? {
            let node = self.node_mut(node);
            node.rights = rights.map_or(node.rights, |rights| rights & 0o7777);
            node.modified_ns = modified_ns.unwrap_or(node.modified_ns);
        }
        Ok(())
    }

    /// The next name in an open folder; `None` at its end.
    pub(crate) fn next_entry(&mut self, descriptor: u64) -> Result<Option<Entry>> {
        let folder = self.folder(descriptor)?;
        if self.open_of(descriptor)?.listing.is_none() {
            self.look_into(folder);
            let Kind::Folder { parent, rest, .. } = &self.node(folder).kind else {
                unreachable!("it was found to be a folder");
            };
            if *rest == super::Rest::Unknown {
                return Err(Refusal::Unknown("/".to_owned()));
            }
            let own = [(b".".to_vec(), folder), (b"..".to_vec(), *parent)];
            let named = self.entries(folder)?.clone();
            let mut listing: Vec<Entry> = Vec::new();
            for (name, node) in own.into_iter().chain(named) {
                let status = self.status(node);
                listing.push(Entry { status, name });
            }
            listing.reverse();
            self.open_of_mut(descriptor)?.listing = Some(listing);
        }
        let open = self.open_of_mut(descriptor)?;
        Ok(open.listing.as_mut().and_then(Vec::pop))
    }
}
