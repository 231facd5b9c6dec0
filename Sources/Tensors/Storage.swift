import CKernels

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

    /// Zeros; large ones take memory only where they are written.
    convenience init(zeros count: Int) {
        let bytes = count * 4
        if bytes >= 4 << 20, let memory = nlp_map_zeros(bytes) {
            self.init(recycled: memory, capacity: count) { nlp_unmap_zeros($0, bytes) }
        } else {
            self.init(capacity: count)
            pointer.update(repeating: 0, count: count)
        }
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

    /// Memory of `count` floats; large pieces ask for large pages, which cost fewer faults.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        let bytes = max(count, 1) * 4
        guard bytes >= 4 << 20 else {
            return UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 2 << 20)
        nlp_use_large_pages(memory, bytes)
        return memory
    }
}
