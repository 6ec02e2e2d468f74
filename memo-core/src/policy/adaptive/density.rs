//! Hits for each unit of time, learned from reuse ages.

/// How long ago, in units of a [`Scale`], at most [`OLDEST`].
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Age(u32);

impl Age {
    pub(super) fn units(self) -> u32 {
        self.0
    }
}

const OLDEST: u32 = u32::MAX >> 1;

/// How ticks become ages: ticks may count anything, while ages should have no more digits than they need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// Ticks for a unit are two to the power of this.
    shift: u32,
    /// Units from one arrival to the next.
    units: f32,
}

impl Scale {
    /// Where so many ticks went by while so many entries came.
    #[allow(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn new(ticks: u64, arrivals: u64) -> Self {
        let each = (ticks / arrivals.max(1)).max(1);
        // At least 8 units, if there are ticks enough.
        let shift = each.ilog2().saturating_sub(3);
        let units = each as f32 / (1_u64 << shift) as f32;
        Self { shift, units }
    }

    pub(super) fn age(self, now: u64, tick: u64) -> Age {
        let units = now.saturating_sub(tick) >> self.shift;
        #[allow(clippy::cast_possible_truncation, reason = "it is at most `OLDEST`")]
        let units = units.min(OLDEST.into()) as u32;
        Age(units)
    }

    /// A time of which only the lower digits are kept.
    #[allow(clippy::cast_possible_truncation, reason = "the lower digits")]
    pub(super) fn time(self, tick: u64) -> u32 {
        (tick >> self.shift) as u32
    }

    pub(super) fn age_at(self, now: u64, time: u32) -> Age {
        let age = self.time(now).wrapping_sub(time);
        // What seems to be of the future has come while this was asked.
        Age(if age > OLDEST { 0 } else { age })
    }
}

/// What was learned of each class of entries, and their densities.
#[derive(Debug)]
pub(super) struct Density {
    pub(super) scale: Scale,
    classes: Box<[Class; CLASSES]>,
    /// How many entries there were.
    entries: usize,
}

/// Entries used never, once, 2 to 3 times, 4 to 7 times and so on.
const CLASSES: usize = 8;

/// Two for each doubling of the age, up to that of [`OLDEST`].
const BINS: usize = 2 * 30 + 1;

#[derive(Clone, Copy, Debug)]
struct Class {
    /// Uses by the age at which they came.
    reused: [f32; BINS],
    /// Ages at which keys were forgotten that had not been used again.
    lost: [f32; BINS],
    /// By age.
    density: [f32; BINS],
}

/// Events count for so many times the entries as are replaced, at most [`WINDOW`], as an `f32` counts to
/// 16 million by ones.
const TURNS: usize = 32;
const WINDOW: usize = 1 << 22;

/// What is assumed at first counts as much as this part of the entries.
const ASSUMED: f32 = 8.;
/// It is that entries never used, at ages much above [`YOUNG`], are used at this rate by their age; ages are in
/// turns, the time in which as many entries come as there are.
const RATE: f32 = 0.4;
const YOUNG: f32 = 0.3;
/// At this age no use is to come.
const OLD: f32 = 16.;

fn class(uses: u8) -> usize {
    let class = u8::BITS - uses.leading_zeros();
    (class as usize).min(CLASSES - 1)
}

fn bin(Age(age): Age) -> usize {
    let age = age + 2;
    let octave = age.ilog2();
    let half = (age >> (octave - 1)) & 1;
    ((octave - 1) * 2 + half) as usize
}

/// The least age of a bin.
fn least(bin: usize) -> u64 {
    ((2 + bin as u64 % 2) << (bin / 2)) - 2
}

#[allow(clippy::cast_precision_loss, reason = "large ages need not be exact")]
fn start(bin: usize) -> f32 {
    least(bin) as f32
}

#[allow(clippy::cast_precision_loss, reason = "a power of two")]
fn width(bin: usize) -> f32 {
    (1_u64 << (bin / 2)) as f32
}

impl Density {
    /// Nothing is known: an assumption, that counts as much as a few events, is that entries are used
    /// again the less probably, the longer they were not, and the more often they were.
    pub(super) fn new(scale: Scale, entries: usize) -> Self {
        let empty = Class {
            reused: [0.; BINS],
            lost: [0.; BINS],
            density: [0.; BINS],
        };
        let mut density = Self {
            scale,
            classes: Box::new([empty; CLASSES]),
            entries,
        };
        #[allow(clippy::cast_precision_loss, reason = "an estimate")]
        let entries = entries as f32;
        for (number, class) in (0_u8..).zip(density.classes.iter_mut()) {
            class.assume(f32::from(number), entries * scale.units, entries / ASSUMED);
            class.compute();
        }
        density
    }

    /// Whether what was learned can be used on, with ticks like these and so many entries.
    pub(super) fn fits(&self, scale: Scale, entries: usize) -> bool {
        scale.shift.abs_diff(self.scale.shift) <= 3 && entries / 8 <= self.entries
    }

    pub(super) fn of(&self, uses: u8, age: Age) -> f32 {
        self.classes[class(uses)].density[bin(age)]
    }

    /// A key with so many uses was used again.
    pub(super) fn reused(&mut self, uses: u8, age: Age) {
        self.classes[class(uses)].reused[bin(age)] += 1.;
    }

    /// A key was forgotten without having been used again.
    pub(super) fn lost(&mut self, uses: u8, age: Age) {
        self.classes[class(uses)].lost[bin(age)] += 1.;
    }

    /// Computes the densities anew, after so many victims.
    #[allow(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn renew(&mut self, victims: usize, entries: usize) {
        self.entries = self.entries.max(entries);
        let window = (TURNS * entries).min(WINDOW);
        let kept = (1. - victims as f32 / window as f32).max(0.5);
        for class in self.classes.iter_mut() {
            class.compute();
            class.fade(kept);
        }
    }

    #[cfg(test)]
    pub(super) fn check(&self) {
        let numbers = |class: &Class| [class.reused, class.lost, class.density];
        let mut numbers = self.classes.iter().flat_map(numbers).flatten();
        assert!(numbers.all(|number| number.is_finite() && number >= 0.));
    }
}

impl Class {
    /// Adds so many events as they would be if the rate of use fell with the age, with a `turn` in units.
    fn assume(&mut self, class: f32, turn: f32, events: f32) {
        let mut alive = events;
        let rate = RATE * (1. + class);
        for bin in 0..BINS {
            let (age, end) = (start(bin) / turn, start(bin + 1) / turn);
            let reused = alive * (1. - (rate * (age - end) / (age + YOUNG)).exp());
            self.reused[bin] += reused;
            alive -= reused;
            if age > OLD {
                self.lost[bin] += alive;
                return;
            }
        }
    }

    /// The density at an age is that of the best time to wait from there: the largest ratio, over all ends,
    /// of uses until the end to the time that all keys of that age are kept for it.
    ///
    /// From the oldest bin to the youngest, bins are joined to stretches as long as the ratio of the older
    /// stretch is larger: what is left at the top is that best stretch (pool adjacent violators).
    fn compute(&mut self) {
        let mut stretches = [(0., 0.); BINS];
        let mut count = 0;
        let mut alive = 0.;
        for bin in (0..BINS).rev() {
            let later = alive;
            alive += self.reused[bin] + self.lost[bin];
            if alive == 0. {
                self.density[bin] = 0.;
                continue;
            }
            let time = 0.5 * (later + alive) * width(bin);
            let mut joined: (f32, f32) = (self.reused[bin], time + f32::MIN_POSITIVE);
            while let Some(&(uses, time)) = stretches[..count].last()
                && uses * joined.1 > joined.0 * time
            {
                joined = (joined.0 + uses, joined.1 + time);
                count -= 1;
            }
            stretches[count] = joined;
            count += 1;
            self.density[bin] = joined.0 / joined.1;
        }
    }

    fn fade(&mut self, kept: f32) {
        for events in self.reused.iter_mut().chain(&mut self.lost) {
            *events *= kept;
            // Else they would become so small that computing with them is slow.
            if *events < 1e-6 {
                *events = 0.;
            }
        }
    }
}

#[cfg(test)]
mod tests;
