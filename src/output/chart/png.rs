//! PNG files of 8-bit RGB pixels (ISO/IEC 15948): signature, IHDR, pHYs, one IDAT, IEND.
//!
//! Each row is stored as its difference to the row above (filter 2) or to the pixel before
//! (filter 1), whichever has the smaller sum of differences, and the rows are deflated. The
//! density says two pixels to a logical one, so that viewers who honour it show the logical size.

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// Two pixels to 1/96 inch, in pixels per metre.
const DENSITY: u32 = 7559;

/// The file of `pixels`, row by row from the top, three bytes each.
pub(super) fn encode(pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
    assert_eq!(pixels.len(), width as usize * height as usize * 3, "three bytes a pixel");
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, b"IHDR", &header);
    let mut density = [DENSITY.to_be_bytes(), DENSITY.to_be_bytes()].concat();
    density.push(1);
    chunk(&mut file, b"pHYs", &density);
    chunk(&mut file, b"IDAT", &deflated(pixels, width as usize * 3));
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).expect("a chart is far below 4 GB");
    file.extend(length.to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(data);
    let mut crc = Crc::new();
    crc.update(&file[start..]);
    file.extend(crc.sum().to_be_bytes());
}

fn deflated(pixels: &[u8], row: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    let mut above = vec![0; row];
    for line in pixels.chunks_exact(row) {
        let up: Vec<u8> = line.iter().zip(&above).map(|(a, b)| a.wrapping_sub(*b)).collect();
        let before = [0; 3].iter().chain(line);
        let sub: Vec<u8> = line.iter().zip(before).map(|(a, b)| a.wrapping_sub(*b)).collect();
        let (filter, best) = if weight(&sub) < weight(&up) { (1, sub) } else { (2, up) };
        let written = encoder.write_all(&[filter]).and_then(|()| encoder.write_all(&best));
        written.expect("writing into memory does not fail");
        above.copy_from_slice(line);
    }
    encoder.finish().expect("writing into memory does not fail")
}

/// The sum of the differences, each taken as the shorter way round.
fn weight(differences: &[u8]) -> u64 {
    differences.iter().map(|&byte| u64::from(byte.min(byte.wrapping_neg()))).sum()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// Reads back what [`encode`] writes: an independent walk through the chunks.
    fn decode(file: &[u8]) -> (u32, u32, Vec<u8>) {
        let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
        let (mut at, mut size, mut packed) = (8, (0, 0), Vec::new());
        while at < file.len() {
            let data = at + 8..at + 8 + number(at) as usize;
            match &file[at + 4..at + 8] {
                b"IHDR" => size = (number(data.start), number(data.start + 4)),
                b"IDAT" => packed.extend(&file[data.clone()]),
                _ => {}
            }
            at = data.end + 4;
        }
        let mut rows = Vec::new();
        flate2::read::ZlibDecoder::new(&packed[..]).read_to_end(&mut rows).unwrap();
        let row = size.0 as usize * 3;
        let mut pixels: Vec<u8> = Vec::new();
        for line in rows.chunks_exact(row + 1) {
            let start = pixels.len();
            for (i, &byte) in line[1..].iter().enumerate() {
                let known = match line[0] {
                    1 if i >= 3 => pixels[start + i - 3],
                    2 if start > 0 => pixels[start + i - row],
                    1 | 2 => 0,
                    other => panic!("filter {other}"),
                };
                pixels.push(byte.wrapping_add(known));
            }
        }
        (size.0, size.1, pixels)
    }

    #[test]
    fn pixels_come_back() {
        let pixels: Vec<u8> = (0..5 * 4 * 3).map(|i| (i * i * 37 % 251) as u8).collect();
        assert_eq!(decode(&encode(&pixels, 5, 4)), (5, 4, pixels));
    }

    #[test]
    fn an_end_chunk_has_its_well_known_check() {
        let file = encode(&[1, 2, 3], 1, 1);
        assert!(file.ends_with(b"\0\0\0\0IEND\xAE\x42\x60\x82"));
    }
}
