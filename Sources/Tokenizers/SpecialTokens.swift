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
        in text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> (range: Range<Int>, id: Int32)? {
        for position in start..<text.count where firstBytes[Int(text[position])] {
            for (bytes, id) in spellings where position + bytes.count <= text.count {
                let end = position + bytes.count
                if text[position..<end].elementsEqual(bytes) { return (position..<end, id) }
            }
        }
        return nil
    }

    static func == (left: Self, right: Self) -> Bool { left.tokens == right.tokens }
}
