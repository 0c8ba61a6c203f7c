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

    /// Adds an entry at or after the current time `now`.
    pub(super) fn push(&mut self, entry: Entry<E>, now: u64) {
        if self.is_empty() {
            self.base = now;
        }
        self.len += 1;
        self.place(entry);
    }

    /// Appends the earliest entries to `near`, in any order, and returns the latest time for which
    /// nothing is left here: at most `limit` entries, or more if they are all of one time.
    ///
    /// # Panics
    /// If there are none. The caller must take the first of them before the next push.
    pub(super) fn take_first(&mut self, near: &mut Vec<Entry<E>>, limit: usize) -> u64 {
        loop {
            let (level, bucket) = self.remove_lowest();
            let some = self.entries[bucket.newest as usize * CHUNK].time;
            let small = bucket.len as usize <= limit;
            let spread = if small { 0 } else { self.spread(bucket, some) };
            if spread == 0 {
                self.for_each(bucket, |far, entry| {
                    far.len -= 1;
                    near.push(entry);
                });
                let width = if small { 8 * level } else { 0 };
                return some | ((1 << width) - 1);
            }
            // The bytes that all times share stay; the highest that differs sorts.
            self.base = some & !low_bytes(level_of(spread) + 1);
            self.for_each(bucket, Self::place);
        }
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

    /// Takes the lowest bucket off the index, with its level. Its chunks stay as they are.
    fn remove_lowest(&mut self) -> (usize, Bucket) {
        let level = self.levels.trailing_zeros() as usize;
        let words = &mut self.occupied[level];
        let word = words.iter().position(|&bits| bits != 0).expect("a marked level is in use");
        let bit = words[word].trailing_zeros() as usize;
        words[word] &= words[word] - 1;
        if words[word..].iter().all(|&bits| bits == 0) {
            self.levels &= !(1 << level);
        }
        let bucket = &mut self.buckets[level * FAN + word * 64 + bit];
        (level, std::mem::replace(bucket, Bucket { newest: 0, len: 0 }))
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
