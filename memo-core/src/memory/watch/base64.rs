//! Base64 with the usual alphabet (RFC 4648, section 4).

/// The bytes that a text stands for; `None` if it is not Base64, with all of its padding.
pub(super) fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let (groups, rest) = text.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(groups.len() * 3);
    for (place, group) in groups.iter().enumerate() {
        let padding = group.iter().rev().take_while(|byte| **byte == b'=').count();
        let is_last = place + 1 == groups.len();
        if padding > 2 || (padding > 0 && !is_last) {
            return None;
        }
        let digits = &group[..4 - padding];
        let number = digits.iter().try_fold(0, |number: u32, byte| {
            Some(number << 6 | u32::from(digit(*byte)?))
        })?;
        let [_, whole @ ..] = (number << (6 * padding)).to_be_bytes();
        let (kept, left) = whole.split_at(3 - padding);
        // The bits that no byte takes are 0.
        if left.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_standard_shows_is_read() {
        let cases = [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ];
        for (text, bytes) in cases {
            assert_eq!(decoded(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(decoded(b"+/+/AP8A").unwrap(), [251, 255, 191, 0, 255, 0]);
    }

    #[test]
    fn what_a_manager_writes_is_read() {
        let trigger = decoded(b"c29tZSAyMDAwMDAgMjAwMDAwMAA=").unwrap();
        assert_eq!(trigger, b"some 200000 2000000\0");
    }

    #[test]
    fn all_else_is_refused() {
        for text in [
            "Z",
            "Zg",
            "Zg=",
            "Zg===",
            "====",
            "=Zg=",
            "Z===",
            "Zh==",
            "Zm9=",
            "Zg==Zg==",
            "Zm9v\n",
            "Zm 9",
            "Zm-_",
            "\u{e4}\u{e4}",
        ] {
            assert_eq!(decoded(text.as_bytes()), None, "{text}");
        }
    }
}
