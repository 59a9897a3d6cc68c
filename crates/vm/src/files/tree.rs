//! Names: paths to nodes, and the calls that change which name means what.

use super::{
    BTreeMap, FILE_RIGHTS, FileSystem, Kind, Node, NodeId, ROOT, Rc, Refusal, Rest, Result, Status,
    error, no_contents,
};

/// Links that a path may lead through.
const LINKS_MAX: u32 = 40;
const NAME_BYTES_MAX: usize = 255;
const PATH_BYTES_MAX: usize = 4096;

/// `st_mode` of the kinds of nodes.
const MODE_FOLDER: u32 = 0o040_000;
const MODE_FILE: u32 = 0o100_000;
const MODE_LINK: u32 = 0o120_000;
const MODE_DEVICE: u32 = 0o020_000;

/// Where a path leads.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The folder in which its last name is looked up.
    pub(super) folder: NodeId,
    /// The last name; empty for a path that ends in a folder by itself, as `/` and `..` do.
    pub(super) name: Vec<u8>,
    /// What bears the name.
    pub(super) node: Option<NodeId>,
    /// Whether the path says that it must be a folder, by a slash at its end.
    must_be_folder: bool,
}

impl FileSystem {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0]
    }

    pub(super) fn is_folder(&self, id: NodeId) -> bool {
        matches!(self.node(id).kind, Kind::Folder { .. })
    }

    /// The entries of a folder as they are known now.
    pub(super) fn entries(&self, folder: NodeId) -> Result<&BTreeMap<Vec<u8>, NodeId>> {
        match &self.node(folder).kind {
            Kind::Folder { entries, .. } => Ok(entries),
            _ => Err(Refusal::Error(error::NOT_A_FOLDER)),
        }
    }

    fn entries_mut(&mut self, folder: NodeId) -> &mut BTreeMap<Vec<u8>, NodeId> {
        match &mut self.node_mut(folder).kind {
            Kind::Folder { entries, .. } => entries,
            other => unreachable!("{other:?} was found to be a folder"),
        }
    }

    /// What an entry of a folder names, if it is known to be there.
    pub(super) fn entry_of(&self, folder: NodeId, name: &[u8]) -> Option<NodeId> {
        self.entries(folder).ok()?.get(name).copied()
    }

    /// What a name in a folder means.
    fn look_up(&mut self, folder: NodeId, name: &[u8], path: &[u8]) -> Result<Option<NodeId>> {
        self.look_into(folder);
        let Kind::Folder {
            parent,
            entries,
            rest,
        } = &self.node(folder).kind
        else {
            return Err(Refusal::Error(error::NOT_A_FOLDER));
        };
        match name {
            b"." => Ok(Some(folder)),
            b".." => Ok(Some(*parent)),
            _ if name.len() > NAME_BYTES_MAX => Err(Refusal::Error(error::NAME_TOO_LONG)),
            _ => match entries.get(name) {
                Some(node) => Ok(Some(*node)),
                None if *rest == Rest::Unknown => {
                    Err(Refusal::Unknown(String::from_utf8_lossy(path).into_owned()))
                }
                None => Ok(None),
            },
        }
    }

    /// Where a path leads from a folder. A link at its end is followed or not.
    pub(super) fn find(&mut self, from: NodeId, path: &[u8], follows: bool) -> Result<Place> {
        self.find_within(from, path, follows, LINKS_MAX)
    }

    fn find_within(
        &mut self,
        from: NodeId,
        path: &[u8],
        follows: bool,
        links_left: u32,
    ) -> Result<Place> {
        if path.is_empty() {
            return Err(Refusal::Error(error::NO_ENTRY));
        }
        if path.len() >= PATH_BYTES_MAX {
            return Err(Refusal::Error(error::NAME_TOO_LONG));
        }
        let mut folder = if path[0] == b'/' { ROOT } else { from };
        let must_be_folder = path.ends_with(b"/");
        let names: Vec<&[u8]> = path
            .split(|byte| *byte == b'/')
            .filter(|name| !name.is_empty())
            .collect();
        let Some((last, before)) = names.split_last() else {
            return Ok(Place::of_folder(folder));
        };
        for name in before {
            let node = self.look_up(folder, name, path)?;
            let node = node.ok_or(Refusal::Error(error::NO_ENTRY))?;
            folder = self.behind_links(folder, node, links_left)?;
            if !self.is_folder(folder) {
                return Err(Refusal::Error(error::NOT_A_FOLDER));
            }
        }
        let node = self.look_up(folder, last, path)?;
        if matches!(*last, b"." | b"..") {
            return Ok(Place::of_folder(node.unwrap_or(folder)));
        }
        if let Some(found) = node
            && let Kind::Link(target) = &self.node(found).kind
            && (follows || must_be_folder)
        {
            let target = target.clone();
            let left = links_left.checked_sub(1);
            let left = left.ok_or(Refusal::Error(error::TOO_MANY_LINKS))?;
            return self.find_within(folder, &target, true, left);
        }
        if must_be_folder && node.is_some_and(|node| !self.is_folder(node)) {
            return Err(Refusal::Error(error::NOT_A_FOLDER));
        }
        Ok(Place {
            folder,
            name: last.to_vec(),
            node,
            must_be_folder,
        })
    }

    /// The node that a link, and perhaps links behind it, lead to.
    fn behind_links(&mut self, folder: NodeId, node: NodeId, links_left: u32) -> Result<NodeId> {
        let Kind::Link(target) = &self.node(node).kind else {
            return Ok(node);
        };
        let target = target.clone();
        let left = links_left.checked_sub(1);
        let left = left.ok_or(Refusal::Error(error::TOO_MANY_LINKS))?;
        let place = self.find_within(folder, &target, true, left)?;
        place.node.ok_or(Refusal::Error(error::NO_ENTRY))
    }

    /// The existing node that a path leads to.
    pub(super) fn existing(&mut self, from: NodeId, path: &[u8], follows: bool) -> Result<NodeId> {
        let place = self.find(from, path, follows)?;
        place.node.ok_or(Refusal::Error(error::NO_ENTRY))
    }

    /// Gives a new node a name that nothing has in this folder.
    pub(super) fn add(
        &mut self,
        folder: NodeId,
        name: &[u8],
        kind: Kind,
        rights: u32,
        now_ns: u64,
    ) -> NodeId {
        let id = NodeId(self.nodes.len());
        let links = if matches!(kind, Kind::Folder { .. }) {
            self.node_mut(folder).links += 1;
            2
        } else {
            1
        };
        self.nodes.push(Node {
            kind,
            rights,
            links,
            modified_ns: now_ns,
        });
        self.entries_mut(folder).insert(name.to_vec(), id);
        self.node_mut(folder).modified_ns = now_ns;
        id
    }

    pub(super) fn add_folder(
        &mut self,
        parent: NodeId,
        name: &[u8],
        rights: u32,
        rest: Rest,
    ) -> NodeId {
        let entries = BTreeMap::new();
        let kind = Kind::Folder {
            parent,
            entries,
            rest,
        };
        self.add(parent, name, kind, rights, 0)
    }

    /// A place where nothing is yet and something may be made.
    fn free_place(&mut self, path: &[u8]) -> Result<Place> {
        let place = self.find(self.current, path, false)?;
        match place.node {
            Some(_) => Err(Refusal::Error(error::EXISTS)),
            None => Ok(place),
        }
    }

    pub(crate) fn make_folder(&mut self, path: &[u8], rights: u32, now_ns: u64) -> Result<()> {
        let place = self.free_place(path)?;
        let made = self.add_folder(place.folder, &place.name, rights & !0o022, Rest::Nothing);
        self.node_mut(made).modified_ns = now_ns;
        Ok(())
    }

    /// Makes a file; `None` for the rights that one has by default.
    pub(super) fn make_file(
        &mut self,
        place: &Place,
        rights: Option<u32>,
        now_ns: u64,
    ) -> Result<NodeId> {
        if place.must_be_folder {
            return Err(Refusal::Error(error::IS_A_FOLDER));
        }
        let kind = Kind::File(Rc::new(no_contents()));
        let rights = rights.map_or(FILE_RIGHTS, |rights| rights & !0o022);
        Ok(self.add(place.folder, &place.name, kind, rights, now_ns))
    }

    pub(crate) fn make_link(&mut self, target: &[u8], path: &[u8], now_ns: u64) -> Result<()> {
        let place = self.free_place(path)?;
        let kind = Kind::Link(target.to_vec());
        self.add(place.folder, &place.name, kind, 0o777, now_ns);
        Ok(())
    }

    /// Gives a file one more name.
    pub(crate) fn add_name(&mut self, existing: &[u8], path: &[u8]) -> Result<()> {
        let node = self.existing(self.current, existing, false)?;
        if self.is_folder(node) {
            return Err(Refusal::Error(1));
        }
        let place = self.free_place(path)?;
        self.entries_mut(place.folder).insert(place.name, node);
        self.node_mut(node).links += 1;
        Ok(())
    }

    pub(crate) fn link_target(&mut self, path: &[u8]) -> Result<Vec<u8>> {
        let node = self.existing(self.current, path, false)?;
        match &self.node(node).kind {
            Kind::Link(target) => Ok(target.clone()),
            _ => Err(Refusal::Error(error::INVALID)),
        }
    }

    /// Removes a name: of a folder, which must be empty, or of anything else.
    pub(crate) fn remove(&mut self, from: NodeId, path: &[u8], is_folder: bool) -> Result<()> {
        let place = self.find(from, path, false)?;
        let node = place.node.ok_or(Refusal::Error(error::NO_ENTRY))?;
        if place.name.is_empty() {
            return Err(Refusal::Error(error::INVALID));
        }
        self.judge_removal(node, is_folder)?;
        self.drop_name(&place, node);
        Ok(())
    }

    fn judge_removal(&mut self, node: NodeId, is_folder: bool) -> Result<()> {
        match (self.is_folder(node), is_folder) {
            (true, false) => Err(Refusal::Error(error::IS_A_FOLDER)),
            (false, true) => Err(Refusal::Error(error::NOT_A_FOLDER)),
            (true, true) => {
                self.look_into(node);
                match self.entries(node)?.is_empty() {
                    true => Ok(()),
                    false => Err(Refusal::Error(error::NOT_EMPTY)),
                }
            }
            (false, false) => Ok(()),
        }
    }

    fn drop_name(&mut self, place: &Place, node: NodeId) {
        self.entries_mut(place.folder).remove(&place.name);
        if self.is_folder(node) {
            self.node_mut(place.folder).links -= 1;
        }
        let links = &mut self.node_mut(node).links;
        *links = links.saturating_sub(1);
    }

    /// Moves a name, over another one if need be.
    pub(crate) fn rename(&mut self, old: &[u8], new: &[u8]) -> Result<()> {
        let from = self.find(self.current, old, false)?;
        let node = from.node.ok_or(Refusal::Error(error::NO_ENTRY))?;
        let to = self.find(self.current, new, false)?;
        if from.name.is_empty() || to.name.is_empty() {
            return Err(Refusal::Error(16));
        }
        if to.must_be_folder && !self.is_folder(node) {
            return Err(Refusal::Error(error::NOT_A_FOLDER));
        }
        if self.is_folder(node) && self.is_within(to.folder, node) {
            return Err(Refusal::Error(error::INVALID));
        }
        if let Some(replaced) = to.node {
            if replaced == node {
                return Ok(());
            }
            self.judge_removal(replaced, self.is_folder(node))?;
            self.drop_name(&to, replaced);
        }
        self.entries_mut(from.folder).remove(&from.name);
        self.entries_mut(to.folder).insert(to.name, node);
        if let Kind::Folder { parent, .. } = &mut self.node_mut(node).kind {
            *parent = to.folder;
            self.node_mut(from.folder).links -= 1;
            self.node_mut(to.folder).links += 1;
        }
        Ok(())
    }

    /// Whether a folder is another one or lies in it.
    fn is_within(&self, mut folder: NodeId, outer: NodeId) -> bool {
        loop {
            if folder == outer {
                return true;
            }
            match &self.node(folder).kind {
                Kind::Folder { parent, .. } if *parent != folder => folder = *parent,
                _ => return false,
            }
        }
    }

    /// Goes on from another folder.
    pub(crate) fn change_folder(&mut self, path: &[u8]) -> Result<()> {
        let node = self.existing(self.current, path, true)?;
        if !self.is_folder(node) {
            return Err(Refusal::Error(error::NOT_A_FOLDER));
        }
        self.current = node;
        Ok(())
    }

    /// The path of the folder that relative paths start from.
    pub(crate) fn current_path(&self) -> Vec<u8> {
        self.path_of(self.current)
    }

    fn path_of(&self, mut folder: NodeId) -> Vec<u8> {
        let mut names: Vec<&[u8]> = Vec::new();
        while let Kind::Folder { parent, .. } = &self.node(folder).kind
            && *parent != folder
        {
            let entries = self.entries(*parent).into_iter().flatten();
            let name = entries.filter(|(_, node)| **node == folder);
            names.extend(name.map(|(name, _)| name.as_slice()).take(1));
            folder = *parent;
        }
        let mut path = Vec::new();
        for name in names.iter().rev() {
            path.push(b'/');
            path.extend_from_slice(name);
        }
        if path.is_empty() {
            path.push(b'/');
        }
        path
    }

    /// The path without links and dots that leads to the same place.
    pub(crate) fn real_path(&mut self, path: &[u8]) -> Result<Vec<u8>> {
        let place = self.find(self.current, path, true)?;
        let node = place.node.ok_or(Refusal::Error(error::NO_ENTRY))?;
        if self.is_folder(node) {
            return Ok(self.path_of(node));
        }
        let mut whole = self.path_of(place.folder);
        if whole != b"/" {
            whole.push(b'/');
        }
        whole.extend_from_slice(&place.name);
        Ok(whole)
    }

    /// What is known about what a path leads to.
    pub(crate) fn status_of(&mut self, from: NodeId, path: &[u8], follows: bool) -> Result<Status> {
        let node = self.existing(from, path, follows)?;
        Ok(self.status(node))
    }

    pub(super) fn status(&mut self, id: NodeId) -> Status {
        self.look_into(id);
        let node = self.node(id);
        let (kind, size) = match &node.kind {
            Kind::Folder { .. } => (MODE_FOLDER, 4096),
            Kind::File(contents) => (MODE_FILE, contents.size),
            Kind::Link(target) => (MODE_LINK, target.len() as u64),
            Kind::Null | Kind::Random => (MODE_DEVICE, 0),
            Kind::HostFile(_) => unreachable!("it was looked into"),
        };
        Status {
            number: id.0 as u64 + 1,
            mode: kind | node.rights,
            links: node.links,
            size,
            modified_ns: node.modified_ns,
        }
    }

    pub(crate) fn set_rights(&mut self, path: &[u8], rights: u32) -> Result<()> {
        let node = self.existing(self.current, path, true)?;
        self.node_mut(node).rights = rights & 0o7777;
        Ok(())
    }

    /// Whether the program may do this: read (4), write (2), execute (1).
    pub(crate) fn may(&mut self, path: &[u8], wanted: u32) -> Result<()> {
        let node = self.existing(self.current, path, true)?;
        let owner = self.node(node).rights >> 6;
        match wanted & !owner & 7 {
            0 => Ok(()),
            _ => Err(Refusal::Error(error::NO_ACCESS)),
        }
    }

    /// The folder that relative paths start from.
    pub(crate) fn current(&self) -> NodeId {
        self.current
    }
}

impl Place {
    fn of_folder(node: NodeId) -> Self {
        Self {
            folder: node,
            name: Vec::new(),
            node: Some(node),
            must_be_folder: true,
        }
    }
}
