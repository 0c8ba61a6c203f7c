//! Floor 1: mechanisms, the part that grows. Each family is a folder, each policy one file with its
//! rule, source and defaults, its `Spec` (what a scenario may write), its machine and its tests.
//!
//! A machine takes time and plain views in and gives a decision out: it touches no event list, no
//! world, no I/O and no clock. Adding a policy is one new file and one line in its family's
//! [`choices!`] list; reading, `rehearsal list` and the guide's test know it from there.

/// One choice of a mechanism family, as `rehearsal list` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The family, as a scenario names it: `arrivals`, `dispatch`, ...
    pub family: &'static str,
    /// The key that chooses it.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
}

/// Declares a family from its policies: the modules, the `Spec` of the family (one variant per
/// policy), how it is read from a scenario (the key is the choice) and the list of choices.
macro_rules! choices {
    ($family:literal: $($module:ident => $variant:ident),+ $(,)?) => {
        $(pub mod $module;)+

        /// What a scenario may choose in this family, with the chosen policy's parameters.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Spec {
            $(
                #[doc = concat!("`", stringify!($module), "`")]
                $variant($module::Spec),
            )+
        }

        /// The choices of this family, in the order of the guide.
        pub const CHOICES: &[crate::mechanism::Choice] = &[
            $(crate::mechanism::Choice {
                family: $family,
                name: stringify!($module),
                about: $module::ABOUT,
            },)+
        ];

        impl crate::base::read::Read for Spec {
            fn read(node: &crate::base::read::Node<'_>) -> Option<Self> {
                let (name, inner) = node.choice()?;
                Spec::read_named(name, &inner)
            }
        }

        impl Spec {
            /// The choice of this name, whose parameters are written at `inner`.
            pub fn read_named(name: &str, inner: &crate::base::read::Node<'_>) -> Option<Self> {
                use crate::base::read::{Mistake, Read};
                match name {
                    $(stringify!($module) => $module::Spec::read(inner).map(Spec::$variant),)+
                    _ => {
                        let names: Vec<&str> = CHOICES.iter().map(|choice| choice.name).collect();
                        let what = concat!("choice of ", $family);
                        let mistake = Mistake::unknown(inner.key_place(), what, name, names);
                        inner.context().report(mistake);
                        None
                    }
                }
            }
        }
    };
}

/// Declares the `Spec` of a policy that has no parameters; the text shows how a scenario writes it.
macro_rules! no_parameters {
    ($written:literal) => {
        #[doc = concat!("`", $written, "`")]
        #[derive(Clone, Debug, PartialEq)]
        pub struct Spec;

        impl crate::base::read::Read for Spec {
            fn read(node: &crate::base::read::Node<'_>) -> Option<Self> {
                node.table()?.finish();
                Some(Spec)
            }
        }
    };
}

/// Declares an enum whose values a scenario writes as plain names.
macro_rules! names {
    (
        $(#[$doc:meta])* $name:ident, $what:literal:
        $($(#[$about:meta])* $variant:ident => $text:literal),+ $(,)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about])* $variant,)+
        }

        impl crate::base::read::Read for $name {
            fn read(node: &crate::base::read::Node<'_>) -> Option<Self> {
                Self::named(node.text()?, node)
            }
        }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// What has this name, which is written, alone or with more, at `node`.
            pub fn named(name: &str, node: &crate::base::read::Node<'_>) -> Option<Self> {
                use crate::base::read::Mistake;
                match name {
                    $($text => Some($name::$variant),)+
                    other => {
                        let names = [$($text),+];
                        let mistake = Mistake::unknown(node.place(), $what, other, names);
                        node.context().report(mistake);
                        None
                    }
                }
            }

            /// How a scenario writes it.
            pub fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }
        }

        impl crate::base::read::Show for $name {
            fn show(&self) -> String {
                crate::base::read::quoted(self.name())
            }
        }
    };
}

pub mod admission;
pub mod alert;
pub mod arrivals;
pub mod assignment;
pub mod autoscale;
pub mod breaker;
pub mod budget;
#[cfg(test)]
mod check;
pub mod conflict;
pub mod discipline;
pub mod dispatch;
pub mod fault;
pub mod measure;
pub mod metric;
pub mod promql;
pub mod reservation;
pub mod retry;
pub mod service;
pub mod weights;

/// Every choice of every family, for `rehearsal list`.
pub fn choices() -> impl Iterator<Item = &'static Choice> {
    [
        arrivals::CHOICES,
        service::CHOICES,
        discipline::CHOICES,
        dispatch::CHOICES,
        measure::CHOICES,
        admission::CHOICES,
        retry::CHOICES,
        budget::CHOICES,
        breaker::CHOICES,
        assignment::CHOICES,
        autoscale::CHOICES,
        fault::CHOICES,
    ]
    .into_iter()
    .flatten()
}
