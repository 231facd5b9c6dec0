/// The spelling of every id, as UTF-8 in one buffer.
struct PieceList: Sendable {
    private(set) var bytes: [UInt8]
    /// Where each piece starts and ends in `bytes`.
    private(set) var ranges: [Range<Int>]

    init() {
        bytes = []
        ranges = []
    }

    /// The lines of a vocabulary file, with `\n` or `\r\n` after each.
    init(lines bytes: [UInt8]) {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(bytes.count / 7)
        var start = 0
        let span = bytes.span
        for index in span.indices where span[index] == 0x0A {
            let isWindows = index > start && span[index - 1] == 0x0D
            ranges.append(start..<(isWindows ? index - 1 : index))
            start = index + 1
        }
        if start < bytes.count {
            ranges.append(start..<(bytes.last == 0x0D ? bytes.count - 1 : bytes.count))
        }
        self.bytes = bytes
        self.ranges = ranges
    }

    init(_ pieces: [String]) {
        self.init()
        for piece in pieces { append(piece) }
    }

    var count: Int { ranges.count }

    mutating func append(_ piece: String) {
        let start = bytes.count
        bytes.append(contentsOf: piece.utf8)
        ranges.append(start..<bytes.count)
    }

    subscript(id: Int) -> String { String(decoding: bytes[ranges[id]], as: UTF8.self) }

    /// Compares by bytes: canonically equivalent spellings differ.
    func reads(_ id: Int32, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let own = ranges[Int(id)]
        guard own.count == range.count else { return false }
        for offset in 0..<own.count
        where bytes[own.lowerBound + offset] != text[range.lowerBound + offset] {
            return false
        }
        return true
    }

    /// Whether a piece stands inside a word: it starts with `##` and has more to it.
    func isTail(_ id: Int) -> Bool {
        let own = ranges[id]
        return own.count > 2 && bytes[own.lowerBound] == 0x23 && bytes[own.lowerBound + 1] == 0x23
    }
}
