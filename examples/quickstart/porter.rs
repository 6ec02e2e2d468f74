//! Stems of English words: the first step of M. F. Porter, "An algorithm for suffix stripping", 1980,
//! which takes off plurals, `-ed` and `-ing`, and evens out a final `-y`.

/// The stem of a word in small letters: `armies` and `army` give `armi`.
pub(crate) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let mut stem = without_tense(without_plural(word));
    // Step 1c.
    if stem.ends_with('y') && has_vowel(&stem[..stem.len() - 1]) {
        stem.replace_range(stem.len() - 1.., "i");
    }
    stem
}

/// Step 1a.
fn without_plural(word: &str) -> &str {
    let cut = match word {
        _ if word.ends_with("sses") || word.ends_with("ies") => 2,
        _ if word.ends_with("ss") || word.len() < 3 => 0,
        _ => usize::from(word.ends_with('s')),
    };
    &word[..word.len() - cut]
}

/// Step 1b.
fn without_tense(word: &str) -> String {
    if let Some(start) = word.strip_suffix("eed") {
        let cut = usize::from(measure(start) > 0);
        return word[..word.len() - cut].to_owned();
    }
    let start = word.strip_suffix("ed").or_else(|| word.strip_suffix("ing"));
    match start.filter(|start| has_vowel(start)) {
        Some(start) => repaired(start),
        None => word.to_owned(),
    }
}

/// Gives back what the ending took: `hop(ping)`, `hop(ing)` become `hop`, `hope`.
fn repaired(start: &str) -> String {
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| start.ends_with(suffix));
    if ends(&["at", "bl", "iz"]) || (measure(start) == 1 && ends_in_short_syllable(start)) {
        return format!("{start}e");
    }
    let letters = start.as_bytes();
    let last = letters.len() - 1;
    let doubled = last > 0 && letters[last] == letters[last - 1] && !is_vowel(letters, last);
    let cut = usize::from(doubled && !ends(&["l", "s", "z"]));
    start[..start.len() - cut].to_owned()
}

fn has_vowel(word: &str) -> bool {
    (0..word.len()).any(|at| is_vowel(word.as_bytes(), at))
}

/// Porter's *m*: the number of times that a consonant follows a vowel.
fn measure(word: &str) -> usize {
    let letters = word.as_bytes();
    let ends_vowels = |&at: &usize| is_vowel(letters, at - 1) && !is_vowel(letters, at);
    (1..letters.len()).filter(ends_vowels).count()
}

/// Porter's *\*o*: consonant, vowel, consonant other than `w`, `x` and `y`.
fn ends_in_short_syllable(word: &str) -> bool {
    let letters = word.as_bytes();
    let Some(at) = letters.len().checked_sub(3) else {
        return false;
    };
    !is_vowel(letters, at)
        && is_vowel(letters, at + 1)
        && !is_vowel(letters, at + 2)
        && !matches!(letters[at + 2], b'w' | b'x' | b'y')
}

fn is_vowel(letters: &[u8], at: usize) -> bool {
    match letters[at] {
        b'a' | b'e' | b'i' | b'o' | b'u' => true,
        b'y' => at > 0 && !is_vowel(letters, at - 1),
        _ => false,
    }
}
