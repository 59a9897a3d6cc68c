//! Steps from a number to simpler ones: what shrinking tries.

use super::{FloatDomain, FloatWidth, Group, Place};
use crate::Float;

/// How many binary places are tried when a fraction is rounded.
const PLACES: [u32; 10] = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24];

impl FloatDomain {
    /// Simpler numbers that may mean the same to a program, simplest first: the number rounded to
    /// few binary places, the one of the other sign, the last ones before what is special.
    pub(crate) fn simpler(&self, number: Float) -> Vec<Float> {
        let value = f64::from_bits(number.to_bits());
        let mut numbers = vec![-value];
        if value.is_finite() {
            for places in PLACES {
                let scale = f64::from(1u32 << places);
                // Both are exact unless they overflow, and then there is nothing to round.
                let scaled = value * scale;
                numbers.extend([scaled.floor() / scale, scaled.ceil() / scale]);
            }
        }
        let greatest = match self.width {
            FloatWidth::Single => f64::from(f32::MAX),
            FloatWidth::Double => f64::MAX,
        };
        let whole_max = self.width.whole_max() as f64;
        // The greatest half may lead to any other.
        let half = whole_max / 2.0 - 0.5;
        for special in [0.0, 1.0, whole_max, half, greatest, f64::INFINITY] {
            numbers.extend([special, -special]);
        }
        // Magnitudes below a place round to 0 or to the place itself: half of it comes near.
        numbers.extend([0.5, 0.25, -0.5, -0.25]);
        let mut simpler: Vec<Float> = numbers
            .into_iter()
            .flat_map(|number| [number, number.abs()])
            .map(Float::from)
            .filter(|simpler| !simpler.is_nan() && self.contains(*simpler))
            .filter(|simpler| self.compare(*simpler, number).is_lt())
            .collect();
        simpler.sort_unstable_by(|left, right| self.compare(*left, *right));
        simpler.dedup();
        simpler
    }

    /// How many steps lead down from a number to the first of its group and sign.
    pub(crate) fn room(&self, number: Float) -> u64 {
        let place = self.place(number);
        place.index - self.indices(place.group)[usize::from(place.is_negative)].start
    }

    /// The number so many steps below a number, within its group and sign.
    pub(crate) fn lowered(&self, number: Float, steps: u64) -> Option<Float> {
        if steps > self.room(number) {
            return None;
        }
        let place = self.place(number);
        let index = place.index - steps;
        Some(self.number(Place { index, ..place }))
    }

    /// How far a whole number lies from the simplest one of its sign; `None` for other numbers.
    pub(crate) fn whole_distance(&self, number: Float) -> Option<u64> {
        (self.place(number).group == Group::Whole).then(|| self.room(number))
    }

    /// The whole number at a distance from the simplest one of its sign.
    pub(crate) fn of_whole_distance(&self, distance: u64, is_negative: bool) -> Option<Float> {
        let group = Group::Whole;
        let indices = &self.indices(group)[usize::from(is_negative)];
        let index = indices.start.checked_add(distance)?;
        indices.contains(&index).then(|| {
            self.number(Place {
                group,
                index,
                is_negative,
            })
        })
    }
}
