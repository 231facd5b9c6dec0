import Synchronization

/// The drivers that are there; a test takes one and gives it back.
enum DVCPool {
    private static let idle = Mutex<[DVCDriver]>([])

    /// Calls `body` with a driver of its own.
    static func use<Value>(_ body: (DVCDriver) throws -> Value) throws -> Value {
        let driver = try idle.withLock { $0.popLast() } ?? DVCDriver()
        let value = try body(driver)
        // After an error it may be in the middle of an answer: then it is not used again.
        idle.withLock { $0.append(driver) }
        return value
    }
}
