#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One piece of zeroed memory that is handed out part by part, each aligned to 64 bytes, and freed
/// as a whole.
final class Slab: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    private let mapped: Int
    private let capacity: Int
    private var used = 0

    private static let alignment = 64
    private static let hugePage = 2 << 20

    /// Takes memory for parts of these sizes together; pages cost nothing until they are touched.
    ///
    /// With `inLargePages` the system clears and maps 2 MiB at a touch, which is right for what is
    /// written and read as a whole, and wasteful for what is used in part.
    init(byteCounts: [Int], inLargePages: Bool) {
        capacity = byteCounts.reduce(0) { $0 + Slab.rounded($1) }
        mapped = max(capacity, Slab.alignment) + Slab.alignment
        let memory = mmap(
            nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else {
            preconditionFailure("no memory for \(mapped) bytes")
        }
        base = memory
        #if os(Linux)
            // Weights are streamed once a group: with pages of 4 KiB the TLB would miss on each.
            if inLargePages, mapped >= Slab.hugePage { madvise(memory, mapped, MADV_HUGEPAGE) }
        #endif
    }

    deinit { munmap(base, mapped) }

    /// The next `byteCount` bytes, zeroed.
    func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let place = used
        used += Slab.rounded(byteCount)
        precondition(byteCount >= 0 && used <= capacity, "\(used) bytes of an slab of \(capacity)")
        return base + place
    }

    /// The next `count` elements, zeroed.
    func take<Element: BitwiseCopyable>(
        _ count: Int, of type: Element.Type
    ) -> UnsafeMutablePointer<Element> {
        take(count * MemoryLayout<Element>.stride).bindMemory(to: Element.self, capacity: count)
    }

    static func rounded(_ byteCount: Int) -> Int {
        (byteCount + alignment - 1) / alignment * alignment
    }
}
