/// Tokens such as `[SEP]` that stand for themselves wherever the raw text spells them.
struct SpecialTokens: Sendable, Equatable {
    struct Token: Sendable, Equatable {
        let content: String
        let id: Int32
    }

    /// Ascending by id.
    let tokens: [Token]
    private let spellings: [(bytes: [UInt8], id: Int32)]
    private let firstBytes: [Bool]

    init(_ tokens: [Token]) {
        self.tokens = tokens.sorted { $0.id < $1.id }
        // Longest first: of two tokens that start at one place the longer is meant.
        spellings = self.tokens.map { (Array($0.content.utf8), $0.id) }
            .filter { !$0.bytes.isEmpty }
            .sorted { ($1.bytes.count, $0.id) < ($0.bytes.count, $1.id) }
        var first = [Bool](repeating: false, count: 256)
        for spelling in spellings { first[Int(spelling.bytes[0])] = true }
        firstBytes = first
    }

    /// The first special token at or after `start`: its bytes' range and its id.
    func next(
        in text: Span<UInt8>, from start: Int
    ) -> (range: Range<Int>, id: Int32)? {
        let isFirst = firstBytes.span
        for position in start..<text.count where isFirst[Int(text[position])] {
            for (bytes, id) in spellings where Self.reads(text, position, bytes) {
                return (position..<position + bytes.count, id)
            }
        }
        return nil
    }

    private static func reads(_ text: Span<UInt8>, _ start: Int, _ bytes: [UInt8]) -> Bool {
        guard bytes.count <= text.count - start else { return false }
        return bytes.indices.allSatisfy { text[start + $0] == bytes[$0] }
    }

    static func == (left: Self, right: Self) -> Bool { left.tokens == right.tokens }
}
