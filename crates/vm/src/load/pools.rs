//! The pools of a program under construction: equal things get one id.

use std::collections::HashMap;
use std::hash::Hash;

use crate::program::{Constant, ConstantId, Place, PlaceId, TextId};

/// Texts, constants and places, each once.
#[derive(Debug)]
pub(crate) struct Pools {
    texts: Pool<String>,
    constants: Pool<Constant>,
    places: Pool<Place>,
}

/// Values in the order of their first use.
#[derive(Debug)]
struct Pool<T> {
    values: Vec<T>,
    ids: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Pool<T> {
    fn new() -> Self {
        Self {
            values: Vec::new(),
            ids: HashMap::new(),
        }
    }

    fn id(&mut self, value: T) -> u32 {
        if let Some(id) = self.ids.get(&value) {
            return *id;
        }
        let id = u32::try_from(self.values.len()).expect("pools are numbered by u32");
        self.values.push(value.clone());
        self.ids.insert(value, id);
        id
    }
}

impl Pools {
    /// Pools that hold only the unknown place.
    pub(crate) fn new() -> Self {
        let mut pools = Self {
            texts: Pool::new(),
            constants: Pool::new(),
            places: Pool::new(),
        };
        let nothing = pools.text("");
        let unknown = pools.place(Place {
            file: nothing,
            folder: nothing,
            line: 0,
            column: 0,
            function: nothing,
            inlined_at: None,
        });
        assert_eq!(unknown, PlaceId(0), "the unknown place comes first");
        pools
    }

    /// The id of a text.
    pub(crate) fn text(&mut self, text: &str) -> TextId {
        match self.texts.ids.get(text) {
            Some(id) => TextId(*id),
            None => TextId(self.texts.id(text.to_owned())),
        }
    }

    /// The id of a constant.
    pub(crate) fn constant(&mut self, constant: Constant) -> ConstantId {
        ConstantId(self.constants.id(constant))
    }

    /// The constant with this id.
    pub(crate) fn constant_of(&self, id: ConstantId) -> &Constant {
        &self.constants.values[id.index()]
    }

    /// The id of a place.
    pub(crate) fn place(&mut self, place: Place) -> PlaceId {
        PlaceId(self.places.id(place))
    }

    /// The pools' contents, in the order of their ids.
    pub(crate) fn into_parts(self) -> (Vec<String>, Vec<Constant>, Vec<Place>) {
        (self.texts.values, self.constants.values, self.places.values)
    }
}
