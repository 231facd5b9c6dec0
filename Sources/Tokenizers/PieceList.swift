/// The spelling of every id, as UTF-8 in one buffer.
struct PieceList: Sendable {
    /// The most bytes that all pieces may have together.
    static let longest = Int(UInt32.max)

    private(set) var bytes: [UInt8]
    /// Where each piece starts and ends in `bytes`.
    private var places: [(start: UInt32, end: UInt32)]

    init() {
        bytes = []
        places = []
    }

    /// The lines of a vocabulary file of at most `longest` bytes, with `\n` or `\r\n` after each.
    init(lines bytes: [UInt8]) {
        self.bytes = bytes
        places = []
        places.reserveCapacity(bytes.count / 7)
        var start = 0
        let text = bytes.span
        var index = 0
        while index < text.count {
            if text[index] == 0x0A {
                let isWindows = index > start && text[index - 1] == 0x0D
                add(start, isWindows ? index - 1 : index)
                start = index + 1
            }
            index += 1
        }
        if start < text.count { add(start, bytes.last == 0x0D ? text.count - 1 : text.count) }
    }

    init(_ pieces: [String]) {
        self.init()
        for piece in pieces { append(piece) }
    }

    var count: Int { places.count }

    /// Where piece `id` stands in `bytes`.
    func range(_ id: Int) -> Range<Int> { Int(places[id].start)..<Int(places[id].end) }

    /// The number of bytes of piece `id`.
    func length(_ id: Int) -> Int { Int(places[id].end &- places[id].start) }

    mutating func append(_ piece: String) {
        let start = bytes.count
        bytes.append(contentsOf: piece.utf8)
        add(start, bytes.count)
    }

    private mutating func add(_ start: Int, _ end: Int) {
        places.append((UInt32(start), UInt32(end)))
    }

    subscript(id: Int) -> String { String(decoding: bytes[range(id)], as: UTF8.self) }

    /// Compares by bytes: canonically equivalent spellings differ.
    func reads(_ id: Int32, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let own = self.range(Int(id))
        guard own.count == range.count else { return false }
        for offset in 0..<own.count
        where bytes[own.lowerBound + offset] != text[range.lowerBound + offset] {
            return false
        }
        return true
    }

    /// Whether a piece stands inside a word: it starts with `##` and has more to it.
    func isTail(_ id: Int) -> Bool {
        let own = range(id)
        return own.count > 2 && bytes[own.lowerBound] == 0x23 && bytes[own.lowerBound + 1] == 0x23
    }
}
