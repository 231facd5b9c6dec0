/// 64-byte aligned memory for floats that tensors share; freed, or handed back, with the last view.
final class Storage: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    let capacity: Int
    private let recycle: (@Sendable (UnsafeMutableRawPointer) -> Void)?

    init(capacity: Int) {
        self.capacity = capacity
        pointer = Storage.allocate(capacity).bindMemory(to: Float.self, capacity: max(capacity, 1))
        recycle = nil
    }

    /// Wraps memory that `recycle` takes back when the last view is gone.
    init(
        recycled memory: UnsafeMutableRawPointer, capacity: Int,
        recycle: @escaping @Sendable (UnsafeMutableRawPointer) -> Void
    ) {
        self.capacity = capacity
        pointer = memory.bindMemory(to: Float.self, capacity: max(capacity, 1))
        self.recycle = recycle
    }

    deinit {
        if let recycle {
            recycle(UnsafeMutableRawPointer(pointer))
        } else {
            UnsafeMutableRawPointer(pointer).deallocate()
        }
    }

    static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    }
}
