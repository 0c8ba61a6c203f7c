//! The events that are not due soon: a lazy radix heap over the bytes of their times.
//!
//! Times never go back, so every time here is at or after a `base`. An entry lies in the bucket
//! (level, byte): the level is the highest byte in which its time differs from `base`, the byte is
//! its own byte there. All of a lower level come before all of a higher one, and within a level
//! the lower byte comes first; so the earliest entries are in the lowest bucket. It is handed out
//! whole if it is small, and otherwise spread over the levels below, at most eight times for any
//! entry. Nothing is compared, no width is tuned.
//!
//! Source: Ahuja, Mehlhorn, Orlin and Tarjan (1990), "Faster algorithms for the shortest path
//! problem", with 256 buckets a level.
//!
//! Buckets are chains of chunks from one pool: memory is that of the most entries ever pending,
//! and one chunk for each bucket in use.
//!
//! Invariants: `base` <= the current time <= every entry; one time is in one bucket only.

use super::Entry;

const LEVELS: usize = 8;
const FAN: usize = 256;
/// Entries in a chunk.
const CHUNK: usize = 16;

/// A chain of chunks, of which only the newest can be part full.
#[derive(Clone, Copy)]
struct Bucket {
    newest: u32,
    len: u32,
}

pub(super) struct Far<E> {
    base: u64,
    buckets: Box<[Bucket; LEVELS * FAN]>,
    /// One bit for each bucket that holds something.
    occupied: [[u64; FAN / 64]; LEVELS],
    /// Bit `l` is set while level `l` holds something.
    levels: u8,
    /// Chunk `c` is `entries[c * CHUNK..][..CHUNK]`.
    entries: Vec<Entry<E>>,
    /// The chunk that was filled before this one in the same bucket.
    previous: Vec<u32>,
    free: Vec<u32>,
    len: usize,
}

impl<E: Copy> Far<E> {
    pub(super) fn new() -> Self {
        Far {
            base: 0,
            buckets: Box::new([Bucket { newest: 0, len: 0 }; LEVELS * FAN]),
            occupied: [[0; FAN / 64]; LEVELS],
            levels: 0,
            entries: Vec::new(),
            previous: Vec::new(),
            free: Vec::new(),
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.levels == 0
    }

    /// Entries and chunks of the pool, in use or not.
    #[cfg(test)]
    pub(super) fn pool(&self) -> (usize, usize) {
        (self.entries.len(), self.previous.len())
    }

    /// Adds an entry at or after the current time.
    #[inline(never)]
    pub(super) fn push(&mut self, entry: Entry<E>) {
        self.len += 1;
        self.place(entry);
    }

    /// Appends the earliest entries to `near`, which is empty, in any order, and returns the latest
    /// time of which nothing is left here. Takes bucket by bucket until there are `enough`, and
    /// stops before `limit`, except for a crowd at one time, which comes whole.
    ///
    /// # Panics
    /// If there are none. The caller must pop the first of them before the next push.
    pub(super) fn take_first(
        &mut self,
        near: &mut Vec<Entry<E>>,
        enough: usize,
        limit: usize,
    ) -> u64 {
        let mut until = self.base;
        while near.len() < enough && !self.is_empty() {
            let (level, byte) = self.lowest();
            let bucket = self.buckets[level * FAN + byte];
            let some = self.entries[bucket.newest as usize * CHUNK].time;
            if near.len() + bucket.len as usize <= limit {
                until = some | ((1 << (8 * level)) - 1);
            } else if !near.is_empty() {
                break;
            } else {
                let spread = self.spread(bucket, some);
                if spread > 0 {
                    self.remove(level, byte);
                    // The bytes that all times share stay; the highest that differs sorts.
                    self.base = some & !low_bytes(level_of(spread) + 1);
                    self.for_each(bucket, Self::place);
                    continue;
                }
                until = some;
            }
            self.remove(level, byte);
            self.len -= bucket.len as usize;
            self.for_each(bucket, |_, entry| near.push(entry));
        }
        until
    }

    fn place(&mut self, entry: Entry<E>) {
        let level = level_of(entry.time ^ self.base);
        let byte = (entry.time >> (8 * level)) as usize % FAN;
        self.levels |= 1 << level;
        self.occupied[level][byte / 64] |= 1 << (byte % 64);
        let bucket = &mut self.buckets[level * FAN + byte];
        let slot = bucket.len as usize % CHUNK;
        bucket.len += 1;
        if slot > 0 {
            self.entries[bucket.newest as usize * CHUNK + slot] = entry;
        } else {
            let older = bucket.newest;
            let chunk = self.start_chunk(entry, older);
            self.buckets[level * FAN + byte].newest = chunk;
        }
    }

    /// A chunk of the pool that starts with `entry`.
    fn start_chunk(&mut self, entry: Entry<E>, older: u32) -> u32 {
        if let Some(chunk) = self.free.pop() {
            self.previous[chunk as usize] = older;
            self.entries[chunk as usize * CHUNK] = entry;
            return chunk;
        }
        let chunk = u32::try_from(self.previous.len()).expect("fewer than 2^36 events are pending");
        self.previous.push(older);
        self.entries.resize(self.entries.len() + CHUNK, entry);
        chunk
    }

    /// The level and byte of the bucket with the earliest entries.
    fn lowest(&self) -> (usize, usize) {
        let level = self.levels.trailing_zeros() as usize;
        let words = &self.occupied[level];
        let word = words.iter().position(|&bits| bits != 0).expect("a marked level is in use");
        (level, word * 64 + words[word].trailing_zeros() as usize)
    }

    /// Empties a bucket, of which the caller has kept the chain.
    fn remove(&mut self, level: usize, byte: usize) {
        self.buckets[level * FAN + byte] = Bucket { newest: 0, len: 0 };
        self.occupied[level][byte / 64] &= !(1 << (byte % 64));
        if self.occupied[level] == [0; FAN / 64] {
            self.levels &= !(1 << level);
        }
    }

    /// The bits in which the times of a bucket differ from `time`.
    fn spread(&self, bucket: Bucket, time: u64) -> u64 {
        let (mut chunk, mut left) = (bucket.newest as usize, bucket.len as usize);
        let mut spread = 0;
        while left > 0 {
            let held = (left - 1) % CHUNK + 1;
            for entry in &self.entries[chunk * CHUNK..][..held] {
                spread |= entry.time ^ time;
            }
            chunk = self.previous[chunk] as usize;
            left -= held;
        }
        spread
    }

    /// Calls `visit` with each entry of a removed bucket and gives its chunks back to the pool.
    fn for_each(&mut self, bucket: Bucket, mut visit: impl FnMut(&mut Self, Entry<E>)) {
        let (mut chunk, mut left) = (bucket.newest, bucket.len as usize);
        while left > 0 {
            let held = (left - 1) % CHUNK + 1;
            for slot in 0..held {
                visit(self, self.entries[chunk as usize * CHUNK + slot]);
            }
            self.free.push(chunk);
            chunk = self.previous[chunk as usize];
            left -= held;
        }
    }
}

/// The highest byte that is not zero; zero if there is none.
fn level_of(difference: u64) -> usize {
    (63 - (difference | 1).leading_zeros() as usize) / 8
}

/// A mask of the lowest `count` bytes, 1 to 8.
fn low_bytes(count: usize) -> u64 {
    u64::MAX >> (64 - 8 * count)
}
