//! The best Huffman code for how often symbols occur (ITU-T T.81, K.2).

/// The code word of each symbol, and its length, 0 where the symbol does not occur.
pub(super) struct Code {
    lengths: [u8; 16],
    pub(super) symbols: Vec<u8>,
    pub(super) words: [(u16, u32); 256],
}

impl Code {
    /// The best code for symbols that occur so often, with no word of more than 16 bits and none of ones only.
    pub(super) fn best(counts: &[u32; 256]) -> Self {
        let mut sizes = sizes(counts);
        let lengths = limited(&mut sizes);
        // Shorter words for symbols that occur more often; the sizes say no more than that once they are limited.
        let mut symbols: Vec<u8> = (0..=255_u8)
            .filter(|&symbol| counts[usize::from(symbol)] > 0)
            .collect();
        symbols.sort_by_key(|&symbol| (sizes[usize::from(symbol)], symbol));

        let mut words = [(0, 0); 256];
        let mut word = 0_u16;
        let mut next = symbols.iter();
        for (length, &count) in (1..).zip(&lengths) {
            for &symbol in next.by_ref().take(usize::from(count)) {
                words[usize::from(symbol)] = (word, length);
                word = word.wrapping_add(1);
            }
            word <<= 1;
        }
        Self {
            lengths,
            symbols,
            words,
        }
    }

    /// Writes the segment that defines it.
    pub(super) fn write(&self, name: u8, jpeg: &mut Vec<u8>) {
        let length = (2 + 1 + 16 + self.symbols.len()) as u16;
        jpeg.extend([0xFF, 0xC4]);
        jpeg.extend(length.to_be_bytes());
        jpeg.push(name);
        jpeg.extend(self.lengths);
        jpeg.extend(&self.symbols);
    }
}

/// The lengths of the words of a Huffman code for 256 symbols, and of one more that hardly ever occurs: it takes the word of
/// ones only, which T.81 reserves.
///
/// The two rarest trees are joined again and again. Those that are made get ever more frequent, so the two rarest are always
/// found where the leaves, in their order, and the trees, in theirs, have been used up to.
fn sizes(counts: &[u32; 256]) -> [u32; 257] {
    let occurring = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let mut leaves: Vec<(u64, usize)> = occurring
        .map(|(symbol, &count)| (u64::from(count) << 1, symbol))
        .collect();
    leaves.push((1, 256));
    leaves.sort_unstable();

    // First all leaves, then the trees as they are made, the whole one last.
    let trees = 2 * leaves.len() - 1;
    let mut weights: Vec<u64> = leaves.iter().map(|&(weight, _)| weight).collect();
    let mut parents = vec![0; trees];
    let (mut leaf, mut tree) = (0, leaves.len());
    for made in leaves.len()..trees {
        let mut weight = 0;
        for _ in 0..2 {
            let next = if leaf < leaves.len() && (tree == made || weights[leaf] <= weights[tree]) {
                &mut leaf
            } else {
                &mut tree
            };
            weight += weights[*next];
            parents[*next] = made;
            *next += 1;
        }
        weights.push(weight);
    }

    let mut depths = vec![0; trees];
    for node in (0..trees - 1).rev() {
        depths[node] = depths[parents[node]] + 1;
    }
    let mut sizes = [0; 257];
    for (&(_, symbol), depth) in leaves.iter().zip(depths) {
        sizes[symbol] = depth;
    }
    sizes
}

/// How many words there are of each length from 1 to 16 (T.81, figure K.3): words that are too long are put two by two
/// where a shorter one makes room. The word of ones only is left out.
fn limited(sizes: &mut [u32; 257]) -> [u8; 16] {
    let mut counts = vec![0_u32; 258];
    for &size in sizes.iter().filter(|&&size| size > 0) {
        counts[size as usize] += 1;
    }
    for long in (17..counts.len()).rev() {
        while counts[long] > 0 {
            let shorter = (1..long - 1)
                .rev()
                .find(|&shorter| counts[shorter] > 0)
                .unwrap_or(1);
            counts[long] -= 2;
            counts[long - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
    // The longest word is the one of ones only.
    if let Some(longest) = (1..=16).rev().find(|&length| counts[length] > 0) {
        counts[longest] -= 1;
    }
    std::array::from_fn(|index| counts[index + 1] as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Kraft's sum in parts of 2^-16: a code that can be told apart has at most all of it, and one word is reserved.
    fn used(lengths: &[u8; 16]) -> u32 {
        (1..)
            .zip(lengths)
            .map(|(length, &count)| u32::from(count) << (16 - length))
            .sum()
    }

    #[test]
    fn the_more_frequent_the_shorter() {
        let mut counts = [0; 256];
        (counts[7], counts[3], counts[200], counts[0]) = (100, 50, 20, 5);
        let code = Code::best(&counts);
        assert_eq!(code.symbols, [7, 3, 200, 0]);
        assert_eq!(code.words[7], (0b0, 1));
        assert_eq!(code.words[3], (0b10, 2));
        assert_eq!(code.words[200], (0b110, 3));
        assert_eq!(code.words[0], (0b1110, 4));
    }

    #[test]
    fn a_single_symbol_has_a_word() {
        let mut counts = [0; 256];
        counts[9] = 1;
        assert_eq!(Code::best(&counts).words[9], (0, 1));
    }

    /// Frequencies by Fibonacci make the longest words there can be.
    #[test]
    fn words_have_at_most_sixteen_bits() {
        let mut counts = [0; 256];
        let (mut last, mut this) = (1_u32, 1_u32);
        for count in counts.iter_mut().take(40) {
            *count = this;
            (last, this) = (this, last + this);
        }
        let code = Code::best(&counts);
        assert_eq!(code.symbols.len(), 40);
        assert_eq!(
            code.lengths
                .iter()
                .map(|&count| u32::from(count))
                .sum::<u32>(),
            40
        );
        assert!(used(&code.lengths) < 1 << 16);
    }

    proptest! {
        #[test]
        fn every_symbol_that_occurs_has_a_word_of_its_own(
            counts in proptest::collection::vec(prop_oneof![Just(0_u32), 1..9_u32, 1..100_000_u32], 256),
        ) {
            let counts: [u32; 256] = counts.try_into().expect("256");
            let code = Code::best(&counts);
            prop_assert!(used(&code.lengths) < 1 << 16);
            let words: Vec<_> = (0..256).filter(|&symbol| counts[symbol] > 0).map(|symbol| code.words[symbol]).collect();
            for (index, &(word, length)) in words.iter().enumerate() {
                prop_assert!((1..=16).contains(&length));
                for &(other, longer) in &words[..index] {
                    // Neither begins with the other.
                    let common = length.min(longer);
                    prop_assert_ne!(word >> (length - common), other >> (longer - common));
                }
            }
        }
    }
}
