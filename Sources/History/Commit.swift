/// A commit: its name, first line and time.
public struct Commit: Sendable, Equatable, Hashable {
    /// The full object name, 40 hexadecimal digits.
    public var id: String
    /// The first line of the message.
    public var summary: String
    /// When it was committed, in seconds since 1970.
    public var time: Int64

    /// Creates a commit.
    public init(id: String, summary: String, time: Int64) {
        self.id = id
        self.summary = summary
        self.time = time
    }

    /// The first seven digits, as git abbreviates.
    public var shortID: String { String(id.prefix(7)) }
}
