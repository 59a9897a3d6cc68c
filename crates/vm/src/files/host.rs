//! The copy of a folder of the host: what is looked at is read, once, and never written back.

use std::fs;
use std::path::{Component, Path};

use super::{FILE_RIGHTS, FOLDER_RIGHTS, FileSystem, Kind, NodeId, ROOT, Rc, Rest, no_contents};

impl FileSystem {
    /// The node of a folder of the host, and of the folders above it, in which nothing else exists.
    pub(super) fn host_folder(&mut self, folder: &Path) -> NodeId {
        let mut node = ROOT;
        for component in folder.components() {
            let Component::Normal(name) = component else {
                continue;
            };
            let name = name.as_encoded_bytes();
            node = match self.entry_of(node, name) {
                Some(existing) => existing,
                None => self.add_folder(node, name, FOLDER_RIGHTS, Rest::Nothing),
            };
        }
        if let Kind::Folder { rest, .. } = &mut self.node_mut(node).kind {
            *rest = Rest::Host(folder.to_owned());
        }
        node
    }

    /// Makes sure that what a node holds is here. What cannot be read is empty, as if somebody had
    /// just removed it.
    pub(super) fn look_into(&mut self, id: NodeId) {
        match &mut self.node_mut(id).kind {
            Kind::Folder { rest, .. } => {
                if let Rest::Host(folder) = rest {
                    let folder = std::mem::take(folder);
                    *rest = Rest::Nothing;
                    self.copy_names(id, &folder);
                }
            }
            Kind::HostFile(path) => {
                let mut contents = no_contents();
                let bytes = fs::read(path).unwrap_or_default();
                contents.resize(bytes.len() as u64);
                contents.write_bytes(0, &bytes);
                self.node_mut(id).kind = Kind::File(Rc::new(contents));
            }
            Kind::File(_) | Kind::Link(_) | Kind::Null | Kind::Random => {}
        }
    }

    fn copy_names(&mut self, node: NodeId, folder: &Path) {
        let Ok(found) = fs::read_dir(folder) else {
            return;
        };
        for entry in found.flatten() {
            let (name, path) = (entry.file_name(), entry.path());
            let name = name.as_encoded_bytes();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if self.entry_of(node, name).is_some() {
                continue;
            }
            if kind.is_dir() {
                self.add_folder(node, name, FOLDER_RIGHTS, Rest::Host(path));
            } else if kind.is_file() {
                self.add(node, name, Kind::HostFile(path), FILE_RIGHTS, 0);
            } else if let Ok(target) = fs::read_link(&path) {
                let target = target.as_os_str().as_encoded_bytes().to_vec();
                self.add(node, name, Kind::Link(target), 0o777, 0);
            }
        }
    }
}
