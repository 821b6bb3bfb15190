//! A plain JPEG encoder that starts from coefficients and can write anything that the decoder should read.

use std::collections::BTreeMap;

/// A block's coefficients in zigzag order.
pub(crate) type Block = [i16; 64];

#[derive(Debug, Clone)]
pub(crate) struct Component {
    pub(crate) h: usize,
    pub(crate) v: usize,
    pub(crate) quant: [u16; 64],
    /// Row by row, padded to whole MCUs.
    pub(crate) blocks: Vec<Block>,
}

/// One scan of a script.
#[derive(Debug, Clone)]
pub(crate) struct Scan {
    pub(crate) components: Vec<usize>,
    pub(crate) first: u8,
    pub(crate) last: u8,
    pub(crate) high: u8,
    pub(crate) low: u8,
    /// MCUs between restart markers; 0 for none.
    pub(crate) restart: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) progressive: bool,
    pub(crate) components: Vec<Component>,
    pub(crate) script: Vec<Scan>,
    /// FF bytes before each marker beyond the one that belongs to it.
    pub(crate) fill: usize,
    /// Huffman codes of very different lengths, up to 15 bits.
    pub(crate) steep: bool,
    /// Segments written behind SOI, without length.
    pub(crate) extra: Vec<(u8, Vec<u8>)>,
}

/// What a scan consists of before its Huffman tables are known.
enum Token {
    /// Class (0 DC, 1 AC), destination, symbol.
    Symbol(u8, u8, u8),
    Bits(u32, u32),
    Restart,
}

impl Picture {
    pub(crate) fn h_max(&self) -> usize {
        self.components.iter().map(|c| c.h).max().unwrap_or(1)
    }

    pub(crate) fn v_max(&self) -> usize {
        self.components.iter().map(|c| c.v).max().unwrap_or(1)
    }

    pub(crate) fn mcus(&self) -> (usize, usize) {
        (
            self.width.div_ceil(8 * self.h_max()),
            self.height.div_ceil(8 * self.v_max()),
        )
    }

    /// Blocks of a component that hold samples of the picture.
    pub(crate) fn coded(&self, component: usize) -> (usize, usize) {
        let c = &self.components[component];
        (
            (self.width * c.h).div_ceil(8 * self.h_max()),
            (self.height * c.v).div_ceil(8 * self.v_max()),
        )
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8];
        for (marker, contents) in &self.extra {
            self.segment(&mut file, *marker, contents);
        }
        for (index, component) in self.components.iter().enumerate() {
            let wide = component.quant.iter().any(|&step| step > 255);
            let mut contents = vec![(u8::from(wide) << 4) | index as u8];
            for step in component.quant {
                let bytes = step.to_be_bytes();
                contents.extend_from_slice(if wide { &bytes } else { &bytes[1..] });
            }
            self.segment(&mut file, 0xdb, &contents);
        }
        let mut frame = vec![8];
        frame.extend((self.height as u16).to_be_bytes());
        frame.extend((self.width as u16).to_be_bytes());
        frame.push(self.components.len() as u8);
        for (index, component) in self.components.iter().enumerate() {
            frame.extend([
                index as u8 + 1,
                (component.h << 4 | component.v) as u8,
                index as u8,
            ]);
        }
        self.segment(
            &mut file,
            if self.progressive { 0xc2 } else { 0xc1 },
            &frame,
        );
        for scan in &self.script {
            self.scan(&mut file, scan);
        }
        self.marker(&mut file, 0xd9);
        file
    }

    fn marker(&self, file: &mut Vec<u8>, code: u8) {
        file.extend(std::iter::repeat_n(0xff, self.fill + 1));
        file.push(code);
    }

    fn segment(&self, file: &mut Vec<u8>, code: u8, contents: &[u8]) {
        self.marker(file, code);
        file.extend((contents.len() as u16 + 2).to_be_bytes());
        file.extend_from_slice(contents);
    }

    fn scan(&self, file: &mut Vec<u8>, scan: &Scan) {
        let tokens = self.tokens(scan);
        let mut counts: BTreeMap<(u8, u8), BTreeMap<u8, usize>> = BTreeMap::new();
        for token in &tokens {
            if let Token::Symbol(class, destination, symbol) = *token {
                *counts
                    .entry((class, destination))
                    .or_default()
                    .entry(symbol)
                    .or_default() += 1;
            }
        }
        let mut codes = BTreeMap::new();
        for (&(class, destination), counts) in &counts {
            let mut symbols: Vec<(usize, u8)> = counts
                .iter()
                .map(|(&symbol, &count)| (count, symbol))
                .collect();
            symbols.sort_unstable_by(|a, b| b.cmp(a));
            let lengths = lengths(symbols.len(), self.steep);
            let mut contents = vec![class << 4 | destination];
            contents.extend(
                (1..=16).map(|length| lengths.iter().filter(|&&l| l == length).count() as u8),
            );
            contents.extend(symbols.iter().map(|(_, symbol)| *symbol));
            self.segment(file, 0xc4, &contents);
            let (mut code, mut previous) = (0u32, 0);
            for (&length, &(_, symbol)) in lengths.iter().zip(&symbols) {
                code <<= length - previous;
                previous = length;
                codes.insert((class, destination, symbol), (code, length));
                code += 1;
            }
        }
        self.segment(file, 0xdd, &(scan.restart as u16).to_be_bytes());
        let mut header = vec![scan.components.len() as u8];
        for &component in &scan.components {
            header.extend([component as u8 + 1, (component << 4 | component) as u8]);
        }
        header.extend([scan.first, scan.last, scan.high << 4 | scan.low]);
        self.segment(file, 0xda, &header);
        let mut bits = BitWriter { held: 0, count: 0 };
        let mut restarts = 0usize;
        for token in tokens {
            match token {
                Token::Symbol(class, destination, symbol) => {
                    let (code, length) = codes[&(class, destination, symbol)];
                    bits.put(file, code, length);
                }
                Token::Bits(value, count) => bits.put(file, value, count),
                Token::Restart => {
                    bits.pad(file);
                    self.marker(file, 0xd0 + (restarts % 8) as u8);
                    restarts += 1;
                }
            }
        }
        bits.pad(file);
    }

    /// Visits the blocks of a scan by MCU.
    fn tokens(&self, scan: &Scan) -> Vec<Token> {
        let alone = scan.components.len() == 1;
        let (columns, rows) = if alone {
            self.coded(scan.components[0])
        } else {
            self.mcus()
        };
        let mut coder = Coder {
            scan,
            progressive: self.progressive,
            tokens: Vec::new(),
            predictors: [0; 4],
            run: 0,
            held: Vec::new(),
        };
        for mcu in 0..columns * rows {
            if scan.restart > 0 && mcu > 0 && mcu % scan.restart == 0 {
                coder.flush(scan.components[0] as u8);
                coder.predictors = [0; 4];
                coder.tokens.push(Token::Restart);
            }
            for &index in &scan.components {
                let component = &self.components[index];
                let (h, v) = if alone {
                    (1, 1)
                } else {
                    (component.h, component.v)
                };
                let wide = self.mcus().0 * component.h;
                for place in 0..h * v {
                    let (x, y) = (mcu % columns * h + place % h, mcu / columns * v + place / h);
                    coder.block(index, &component.blocks[y * wide + x]);
                }
            }
        }
        coder.flush(scan.components[0] as u8);
        coder.tokens
    }
}

/// Code lengths for so many symbols, the most frequent one first, with the code of all ones left free.
fn lengths(symbols: usize, steep: bool) -> Vec<u32> {
    let stairs = if steep {
        symbols.saturating_sub(1).min(7)
    } else {
        0
    };
    let rest = symbols - stairs;
    let flat = stairs as u32 + usize::BITS - rest.leading_zeros();
    (1..=stairs as u32)
        .chain(std::iter::repeat_n(flat, rest))
        .collect()
}

struct BitWriter {
    held: u64,
    count: u32,
}

impl BitWriter {
    fn put(&mut self, file: &mut Vec<u8>, value: u32, count: u32) {
        self.held = self.held << count | u64::from(value) & ((1 << count) - 1);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.held >> self.count) as u8;
            file.push(byte);
            if byte == 0xff {
                file.push(0);
            }
        }
    }

    fn pad(&mut self, file: &mut Vec<u8>) {
        let missing = (8 - self.count % 8) % 8;
        self.put(file, u32::MAX, missing);
    }
}

struct Coder<'a> {
    scan: &'a Scan,
    progressive: bool,
    tokens: Vec<Token>,
    predictors: [i32; 4],
    /// Blocks of an end-of-band run, and the correction bits that belong to them.
    run: u32,
    held: Vec<bool>,
}

/// Size and bits of a value in JPEG's notation.
fn magnitude(value: i32) -> (u32, u32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let bits = if value < 0 { value - 1 } else { value };
    (size, bits as u32)
}

impl Coder<'_> {
    fn block(&mut self, index: usize, block: &Block) {
        let table = index as u8;
        if !self.progressive {
            self.dc(index, i32::from(block[0]));
            self.band(table, block, 1, 63, 0);
            self.flush(table);
        } else if self.scan.first == 0 {
            let value = i32::from(block[0]) >> self.scan.low;
            if self.scan.high == 0 {
                self.dc(index, value);
            } else {
                self.tokens.push(Token::Bits(value as u32 & 1, 1));
            }
        } else if self.scan.high == 0 {
            self.band(
                table,
                block,
                self.scan.first.into(),
                self.scan.last.into(),
                self.scan.low,
            );
        } else {
            self.refinement(table, block);
        }
    }

    fn dc(&mut self, index: usize, value: i32) {
        let (size, bits) = magnitude(value - self.predictors[index]);
        self.predictors[index] = value;
        self.tokens.push(Token::Symbol(0, index as u8, size as u8));
        self.tokens.push(Token::Bits(bits, size));
    }

    fn band(&mut self, table: u8, block: &Block, first: usize, last: usize, low: u8) {
        let mut zeros = 0;
        for &coefficient in &block[first..=last] {
            let value = i32::from(coefficient);
            let value = value.signum() * (value.abs() >> low);
            if value == 0 {
                zeros += 1;
                continue;
            }
            self.flush(table);
            while zeros > 15 {
                self.tokens.push(Token::Symbol(1, table, 0xf0));
                zeros -= 16;
            }
            let (size, bits) = magnitude(value);
            self.tokens
                .push(Token::Symbol(1, table, zeros << 4 | size as u8));
            self.tokens.push(Token::Bits(bits, size));
            zeros = 0;
        }
        if zeros > 0 {
            self.end_of_band(table);
        }
    }

    fn refinement(&mut self, table: u8, block: &Block) {
        let (first, last, low) = (
            usize::from(self.scan.first),
            usize::from(self.scan.last),
            self.scan.low,
        );
        let size = |k: usize| u32::from(block[k].unsigned_abs()) >> low;
        let last_new = (first..=last).rev().find(|&k| size(k) == 1).unwrap_or(0);
        let mut zeros = 0;
        let mut corrections = Vec::new();
        for (k, &coefficient) in block.iter().enumerate().take(last + 1).skip(first) {
            if size(k) == 0 {
                zeros += 1;
                continue;
            }
            while zeros > 15 && k <= last_new {
                self.flush(table);
                self.tokens.push(Token::Symbol(1, table, 0xf0));
                self.put_bits(&mut corrections);
                zeros -= 16;
            }
            if size(k) > 1 {
                corrections.push(size(k) & 1 == 1);
                continue;
            }
            self.flush(table);
            self.tokens.push(Token::Symbol(1, table, zeros << 4 | 1));
            self.tokens.push(Token::Bits(u32::from(coefficient > 0), 1));
            self.put_bits(&mut corrections);
            zeros = 0;
        }
        if zeros > 0 || !corrections.is_empty() {
            self.held.append(&mut corrections);
            self.end_of_band(table);
        }
    }

    fn put_bits(&mut self, bits: &mut Vec<bool>) {
        self.tokens
            .extend(bits.drain(..).map(|bit| Token::Bits(u32::from(bit), 1)));
    }

    fn end_of_band(&mut self, table: u8) {
        self.run += 1;
        if self.run == 0x7fff {
            self.flush(table);
        }
    }

    /// Writes the end-of-band run so far. A sequential scan ends each block by itself.
    fn flush(&mut self, table: u8) {
        if self.run > 0 {
            let bits = 31 - self.run.leading_zeros();
            self.tokens.push(Token::Symbol(1, table, (bits << 4) as u8));
            self.tokens.push(Token::Bits(self.run, bits));
            self.run = 0;
            let mut held = std::mem::take(&mut self.held);
            self.put_bits(&mut held);
        }
    }
}
