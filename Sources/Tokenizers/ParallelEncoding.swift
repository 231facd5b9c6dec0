import Dispatch
import Synchronization

extension WordPieceTokenizer {
    /// The ids of every text, as `encode(_:maximumLength:)` gives them, on at most `threads` threads.
    ///
    /// Results are in the order of `texts` and the same for any number of threads.
    public func encode(_ texts: [String], maximumLength: Int?, threads: Int = 1) -> EncodedTexts {
        let chunks = TextChunks(texts)
        let workers = max(1, min(threads, chunks.ranges.count))
        if workers == 1 { return encode(texts[...], maximumLength: maximumLength) }
        let slots = UnsafeMutableBufferPointer<EncodedTexts>.allocate(capacity: chunks.ranges.count)
        slots.initialize(repeating: EncodedTexts())
        defer {
            slots.deinitialize()
            slots.deallocate()
        }
        fill(slots, chunks, of: texts, maximumLength: maximumLength, workers: workers)
        var whole = EncodedTexts()
        whole.reserve(ids: slots.reduce(0) { $0 + $1.ids.count }, texts: texts.count)
        for part in slots { whole.append(part) }
        return whole
    }

    /// Encodes every chunk into its slot, each of which one thread writes.
    ///
    /// Two atomic counters order what the threads do: `next` hands out the chunks, and `finished` hands
    /// the slots back. The thread sanitizer sees these; it does not see the standard library's `Mutex`
    /// on Linux, nor that a dispatch ends.
    private func fill(
        _ slots: UnsafeMutableBufferPointer<EncodedTexts>, _ chunks: TextChunks,
        of texts: [String], maximumLength: Int?, workers: Int
    ) {
        // Each place is one thread's until `finished` hands it back.
        nonisolated(unsafe) let slots = slots
        let next = Atomic(0)
        let finished = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
                guard index < chunks.ranges.count else { return }
                slots[index] = encode(texts[chunks.ranges[index]], maximumLength: maximumLength)
                finished.wrappingAdd(1, ordering: .acquiringAndReleasing)
            }
        }
        precondition(
            finished.load(ordering: .acquiring) == chunks.ranges.count, "a chunk was left out")
    }

    private func encode(_ texts: ArraySlice<String>, maximumLength: Int?) -> EncodedTexts {
        var pass = TextPass(self)
        var encoded = EncodedTexts()
        encoded.reserve(ids: TextChunks.size / 3, texts: texts.count)
        for text in texts {
            encoded.add { pass.encode(text, maximumLength: maximumLength, into: &$0) }
        }
        return encoded
    }
}

/// Runs of neighbouring texts of about the same size: cut by size only, never by threads.
struct TextChunks {
    /// Bytes after which a run ends: far more than a thread takes to start, few enough to share out.
    static let size = 1 << 15

    let ranges: [Range<Int>]

    init(_ texts: [String]) {
        var ranges: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, text) in texts.enumerated() {
            // A text costs something even where it is empty.
            bytes += text.utf8.count + 16
            guard bytes >= Self.size || index == texts.count - 1 else { continue }
            ranges.append(start..<index + 1)
            start = index + 1
            bytes = 0
        }
        self.ranges = ranges
    }
}
