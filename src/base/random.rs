//! Randomness: a root per replication, sequential streams, and keyed draws.
//!
//! - [`Root`]: the digest of (scheme, seed, replication). Everything random in a run comes from it.
//! - [`Stream`]: one ChaCha8 generator per entity and purpose, for what happens in sequence (the
//!   arrivals of a workload). Its number is a hash of the entity's name and the purpose, never an
//!   index: adding an agent shifts nobody else's draws.
//! - [`Luck`]: keyed draws, for what belongs to a task (work, outcome, patience): a pure function
//!   of (entity, task, step, visit, attempt, purpose), so that a task has the same luck under every
//!   policy that is compared. Common random numbers, by counter: Salmon et al., "Parallel random
//!   numbers: as easy as 1, 2, 3", SC 2011.
//!
//! Uniforms are (k + 1/2) 2^-52 with 52 random bits k: strictly inside (0, 1), exact, and
//! symmetric, so that 1 - u is as good a uniform as u. (With 53 bits the half would be rounded, and
//! the last value would be 1.)
//!
//! Invariant: the mapping from names to bits is frozen under [`SCHEME`]; tests pin it.

mod luck;
mod stream;
#[cfg(test)]
mod tests;

pub use luck::{Draw, Luck};
pub use stream::Stream;

/// The version of the mapping from (seed, replication, names) to random bits. Goes into every
/// manifest: results of different schemes are not reproductions of each other.
pub const SCHEME: u32 = 1;

/// What a draw decides. The numbers are frozen: they are part of the mapping to random bits, so
/// that a new purpose takes a new number and a retired number is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// The gap to the next arrival.
    Arrival = 1,
    /// The class of a task.
    Class = 2,
    /// The work of a step.
    Work = 3,
    /// Whether an attempt succeeds.
    Outcome = 4,
    /// Which step comes next.
    Branch = 5,
    /// How long a task waits before it leaves.
    Patience = 6,
    /// How long an agent is not ready after an attempt.
    WrapUp = 7,
    /// How long a user of a closed loop thinks.
    Think = 8,
    /// How busy a day is.
    DayFactor = 9,
    /// How many tasks come at once.
    BatchSize = 10,
    /// The next state of a modulated arrival process.
    State = 11,
    /// The choice of a random dispatch policy.
    Policy = 12,
    /// The choice of a random queue discipline.
    Discipline = 13,
    /// How long a modulated arrival process stays in a state.
    Stay = 14,
    /// The jitter of a back-off.
    BackOff = 15,
    /// The score of a step's result.
    Score = 16,
    /// How long an agent takes to start, and whether it fails to.
    StartUp = 19,
    /// When a fault begins and ends, or whether a copied arrival of a surge comes.
    Fault = 17,
    /// What a fault does to an attempt.
    FaultOutcome = 18,
    /// How long an agent works until it fails.
    Failure = 20,
    /// How long the repair of an agent takes.
    Repair = 21,
    /// What a task is about.
    Entity = 25,
}

/// The source of all randomness of one replication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    key: [u8; 32],
}

impl Root {
    /// The root of one replication of a seed.
    pub fn new(seed: u64, replication: u32) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&SCHEME.to_le_bytes());
        hasher.update(&seed.to_le_bytes());
        hasher.update(&replication.to_le_bytes());
        Root { key: hasher.finalize().into() }
    }

    /// The sequential stream of an entity (a name that is unique in the scenario, such as
    /// `pools.specialists.3`) for one purpose, from its beginning.
    pub fn stream(&self, entity: &str, purpose: Purpose) -> Stream {
        let mut hasher = blake3::Hasher::new();
        hasher.update(entity.as_bytes());
        hasher.update(&[purpose as u8]);
        Stream::new(self.key, first_eight(&hasher.finalize()))
    }

    /// The keyed draws of an entity.
    pub fn luck(&self, entity: &str) -> Luck {
        Luck::new(first_eight(&blake3::keyed_hash(&self.key, entity.as_bytes())))
    }
}

/// A hash of a name that no version and no platform changes, to key draws by name: 64 bits, the
/// first of BLAKE3, little endian.
pub fn stable_hash(text: &str) -> u64 {
    first_eight(&blake3::hash(text.as_bytes()))
}

fn first_eight(hash: &blake3::Hash) -> u64 {
    let (first, _) = hash.as_bytes().split_first_chunk().expect("a hash has 32 bytes");
    u64::from_le_bytes(*first)
}

/// The uniform of the 52 highest of 64 random bits.
#[inline]
fn uniform_from_bits(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
}
