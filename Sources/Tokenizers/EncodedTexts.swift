/// The ids of many texts in one buffer: element `i` is a view of the ids of text `i`.
public struct EncodedTexts: Sendable, Equatable, RandomAccessCollection {
    /// The ids of all texts, one text after the other.
    public private(set) var ids: [Int32] = []
    /// Where each text starts in `ids`, and where the last one ends: one more entry than texts.
    public private(set) var offsets: [Int] = [0]

    init() {}

    /// The index of the first text, 0.
    public var startIndex: Int { 0 }
    /// The number of texts.
    public var endIndex: Int { offsets.count - 1 }

    /// The ids of text `index`, `[CLS]` and `[SEP]` included.
    public subscript(index: Int) -> ArraySlice<Int32> { ids[offsets[index]..<offsets[index + 1]] }

    /// The number of ids of text `index`.
    public func length(_ index: Int) -> Int { offsets[index + 1] - offsets[index] }

    /// The ids of every text as an array of its own.
    public var arrays: [[Int32]] { map { Array($0) } }

    mutating func reserve(ids: Int, texts: Int) {
        self.ids.reserveCapacity(ids)
        offsets.reserveCapacity(texts + 1)
    }

    /// Lets `body` append the ids of one more text.
    mutating func add(_ body: (inout [Int32]) -> Void) {
        body(&ids)
        offsets.append(ids.count)
    }

    mutating func append(_ other: EncodedTexts) {
        let start = ids.count
        ids += other.ids
        for offset in other.offsets.dropFirst() { offsets.append(start + offset) }
    }
}
