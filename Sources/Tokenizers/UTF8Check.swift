/// Finds the first fault of a text that should be UTF-8 and is nearly all ASCII.
///
/// Eight bytes of ASCII pass at a time. A run of other bytes between two ASCII bytes is right or wrong by
/// itself, so only the runs go to the standard library, which looks at every byte.
enum UTF8Check {
    /// Where the first byte stands that is not part of valid UTF-8; nil where all are.
    static func firstFault(_ text: Span<UInt8>) -> Int? {
        let bytes = text.bytes
        var index = 0
        while index < text.count {
            if index + 8 <= text.count,
                bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                    & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            let start = index
            while index < text.count, text[index] >= 0x80 { index += 1 }
            if index == start {
                index += 1
                continue
            }
            do {
                _ = try UTF8Span(validating: text.extracting(start..<index))
            } catch {
                return start + error.byteOffsets.lowerBound
            }
        }
        return nil
    }
}
