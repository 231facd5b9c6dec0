import Synchronization

/// All that was looked at to find something out: while it looks the same, the same would be found.
///
/// Nothing is kept of a search in which something was changed, could not be seen, or looked
/// different the second time.
public final class Observations: Sendable {
    /// How a path is looked at.
    enum Look: String {
        /// Links followed.
        case status = "S"
        /// Links not followed.
        case itself = "L"
        /// Where links lead.
        case resolved = "R"
        /// What is in a folder.
        case entries = "E"
    }

    /// A path, and how it is looked at.
    struct Place: Hashable {
        var look: Look
        /// Absolute.
        var path: String
    }

    /// What there is to see at a place.
    enum Sight: Equatable {
        case status(FileStatus?)
        case path(String?)
        case entries(of: FileStatus?, [FolderEntry])
    }

    private struct Seen {
        var order: [(place: Place, sight: Sight)] = []
        var sights: [Place: Int] = [:]
        var isSpoiled = false
    }

    private let began: FileTime
    private let seen = Mutex(Seen())

    /// Begins with nothing seen.
    ///
    /// - Parameter began: a moment before the first look.
    public init(began: FileTime) { self.began = began }

    /// Notes that a file or folder will be looked at, links followed, by other means than an
    /// `ObservedFileSystem`.
    public func note(_ path: String, on fileSystem: any FileSystem) {
        do { note(Place(look: .status, path: path), .status(try fileSystem.status(path))) } catch {
            spoil()
        }
    }

    /// What was seen is nothing to go by.
    public func spoil() {
        seen.withLock { $0 = Seen(isSpoiled: true) }
    }

    func note(_ place: Place, _ sight: Sight) {
        seen.withLock { seen in
            guard !seen.isSpoiled else { return }
            if let known = seen.sights[place] {
                if seen.order[known].sight != sight { seen = Seen(isSpoiled: true) }
            } else {
                seen.sights[place] = seen.order.count
                seen.order.append((place, sight))
            }
        }
    }

    /// The places in the order of the first look, and a digest of what there was to see.
    ///
    /// Nil where something was changed, or is so young that a change in the same tick of the file
    /// system's clock would go unseen.
    func summary() -> (places: [Place], digest: Digest)? {
        seen.withLock { seen -> (places: [Place], digest: Digest)? in
            guard !seen.isSpoiled, seen.order.count <= Observations.most,
                seen.order.allSatisfy({ $0.sight.isSettled(at: began) })
            else { return nil }
            var digester = Digester(.sha256)
            for (_, sight) in seen.order {
                sight.bytes.withUnsafeBytes { digester.update($0) }
            }
            return (seen.order.map(\.place), digester.finish())
        }
    }

    /// More places than that are not worth writing down.
    static let most = 1_000_000
}

extension Observations.Place {
    /// Looks.
    func sight(on fileSystem: any FileSystem) throws -> Observations.Sight {
        switch look {
        case .status: .status(try fileSystem.status(path))
        case .itself: .status(try fileSystem.linkStatus(path))
        case .resolved: .path(try fileSystem.resolve(path))
        // The status first: a name that is added later changes it.
        case .entries: .entries(of: try fileSystem.status(path), try fileSystem.entries(path))
        }
    }
}

extension Observations.Sight {
    /// Whether a change after `time` would be seen.
    func isSettled(at time: FileTime) -> Bool {
        switch self {
        case .status(let status): status?.isUnchanged(since: time) ?? true
        case .path: true
        case .entries(let folder, let entries):
            folder?.isUnchanged(since: time) ?? true
                && entries.allSatisfy { $0.status.isUnchanged(since: time) }
        }
    }

    /// All there is to see.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .status(let status): Self.append(status, to: &bytes)
        case .path(let path):
            bytes += path.map { Array($0.utf8) } ?? []
            bytes.append(path == nil ? 1 : 0)
        case .entries(let folder, let entries):
            bytes.reserveCapacity(entries.count * 96)
            Self.append(folder, to: &bytes)
            for entry in entries {
                bytes += entry.name.utf8
                bytes.append(0)
                Self.append(entry.status, to: &bytes)
            }
        }
        return bytes
    }

    private static func append(_ status: FileStatus?, to bytes: inout [UInt8]) {
        guard let status else { return bytes.append(0) }
        let kind: UInt8 =
            switch status.kind {
            case .file: 1
            case .folder: 2
            case .link: 3
            case .other: 4
            }
        bytes.append(kind | (status.executable ? 8 : 0))
        let words = [
            status.device, status.inode, UInt64(bitPattern: Int64(status.size)),
            status.modified.bits, status.changed.bits,
        ]
        for word in words {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }
}

extension FileTime {
    /// One number for every moment within five hundred years.
    fileprivate var bits: UInt64 {
        UInt64(bitPattern: Int64(seconds) &* 1_000_000_000 &+ Int64(nanoseconds))
    }
}

extension FileStatus {
    /// Whether the last change is so long before `time` that one after it would leave other times.
    fileprivate func isUnchanged(since time: FileTime) -> Bool {
        isSettled(at: time) && changed.adding(nanoseconds: changed.tick) < time
    }
}
