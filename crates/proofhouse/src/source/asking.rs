//! Questions that are made of the basic ones, or that tell a random source more.

use proofhouse_choice::{Choice, Domain, SpanKind, TextDomain};

use super::{Decider, Integral, Source, machine_source};
use crate::generator::Characters;

impl Source {
    /// As [`Source::choose_integer`], with values that a random source should try now and then.
    #[inline]
    #[track_caller]
    pub fn choose_integer_hinted<T: Integral>(
        &mut self,
        minimum: T,
        maximum: T,
        target: T,
        hints: &[T],
    ) -> T {
        if let Decider::Random(random) = &mut self.decider
            && random.next() >> 61 == 0
            && let Some(last) = hints.len().checked_sub(1)
        {
            let value = hints[random.uniform(last as u64) as usize];
            if minimum <= value && value <= maximum {
                self.keep(|| {
                    let choice = Choice::Integer(value.to_integer());
                    (choice, super::range(minimum, maximum, target))
                });
                return value;
            }
        }
        self.choose_integer(minimum, maximum, target)
    }

    /// Asks for the next one of `wanted` members of a subset of `0..count`, which must lie at or
    /// above `first`. A random source makes every subset of a size as likely.
    pub(crate) fn choose_member(&mut self, first: usize, count: usize, wanted: usize) -> usize {
        let last = count - wanted;
        if let Decider::Random(random) = &mut self.decider {
            let member = random.member(first, count, wanted);
            self.keep(|| {
                let choice = Choice::Integer(member.to_integer());
                (choice, super::range(first, last, first))
            });
            return member;
        }
        self.choose_integer(first, last, first)
    }

    /// Asks for one character of a set: a text choice of one character, simplest as in texts.
    pub fn choose_character(&mut self, characters: &Characters) -> char {
        const ONE: &str = "the text has one character";
        let domain = || Domain::Text(TextDomain::new(1, 1, characters.alphabet()));
        let character = match &mut self.decider {
            Decider::Random(random) => {
                if random.has_turn()
                    && let Some(constant) = random.constant_character(characters)
                {
                    constant
                } else {
                    random.one_character(characters)
                }
            }
            Decider::Machine => {
                return machine_source::text(1, 1, characters)
                    .chars()
                    .next()
                    .expect(ONE);
            }
            _ => match self.recall(domain()) {
                Choice::Text(text) => return text.chars().next().expect(ONE),
                other => unreachable!("{other:?} does not fit a domain of text"),
            },
        };
        self.keep(|| (Choice::Text(character.to_string()), domain()));
        character
    }

    /// As [`Source::collection`], for collections whose elements must differ: `add_element` draws
    /// one and says whether it is new. Natively a few more are tried in place of one that is not;
    /// after that the collection stays smaller, and if it then has too few elements the case is
    /// rejected. Where every element is tried anyway, a case with a repeated one is rejected.
    pub(crate) fn distinct(
        &mut self,
        minimum: usize,
        maximum: usize,
        label: &'static str,
        mut add_element: impl FnMut(&mut Self) -> bool,
    ) {
        self.open(SpanKind::Collection, label);
        let length = self.choose_length(minimum, maximum);
        self.depth += 1;
        let size = self.share_size(length);
        let mut count = 0;
        for _ in 0..length {
            self.open(SpanKind::Element, label);
            count += usize::from(self.attempts(&mut add_element));
            self.close(false);
        }
        self.restore_size(size);
        self.depth -= 1;
        self.close(false);
        if count < minimum {
            self.assume(false);
        }
    }

    /// Adds one more element, if a few attempts find one that is new.
    fn attempts(&mut self, add_element: &mut impl FnMut(&mut Self) -> bool) -> bool {
        for _ in 0..=self.retries() {
            self.open(SpanKind::Attempt, "attempt");
            let is_new = add_element(self);
            self.close(!is_new);
            if is_new {
                return true;
            }
        }
        if self.retries() == 0 {
            self.assume(false);
        }
        false
    }
}
