//! Pixels of one sample of at most eight bits: what each byte of a row becomes.

/// The most that a byte becomes: eight pixels of three samples.
const MOST: usize = 24;

pub(super) struct Bytes {
    /// How much of what is shown counts.
    length: usize,
    shown: Box<[[u8; MOST]; 256]>,
}

impl Bytes {
    /// From what shows a row, of which a byte becomes so many.
    pub(super) fn new(length: usize, show: impl Fn(&[u8], &mut [u8])) -> Self {
        let mut shown = Box::new([[0; MOST]; 256]);
        for (byte, shown) in (0..=255).zip(shown.iter_mut()) {
            show(&[byte], &mut shown[..length]);
        }
        Self { length, shown }
    }

    /// Shows a row.
    pub(super) fn put(&self, row: &[u8], to: &mut [u8]) {
        // A copy of a length that is known is an instruction or two, and of another one a call.
        match self.length {
            1 => self.put_each::<1>(row, to),
            2 => self.put_each::<2>(row, to),
            3 => self.put_each::<3>(row, to),
            4 => self.put_each::<4>(row, to),
            6 => self.put_each::<6>(row, to),
            8 => self.put_each::<8>(row, to),
            12 => self.put_each::<12>(row, to),
            _ => self.put_each::<24>(row, to),
        }
    }

    fn put_each<const LENGTH: usize>(&self, row: &[u8], to: &mut [u8]) {
        let (whole, rest) = to.as_chunks_mut::<LENGTH>();
        for (to, &byte) in whole.iter_mut().zip(row) {
            to.copy_from_slice(&self.shown[usize::from(byte)][..LENGTH]);
        }
        if let Some(&last) = row.get(whole.len()) {
            rest.copy_from_slice(&self.shown[usize::from(last)][..rest.len()]);
        }
    }
}
