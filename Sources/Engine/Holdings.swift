import ContentStore
import Pipelines

/// Everything that the lock's entries of some stages name: what a push sends and a fetch gets.
struct Holdings {
    /// The content of one out.
    struct Holding: Hashable {
        var path: String
        var content: Content
        /// False for what the cache keeps only by the way: uncached metrics, which git has, and
        /// another run of the same fingerprint.
        var isRequired: Bool
    }

    private(set) var holdings: [Holding] = []
    /// The runs of the entries' fingerprints, as far as they are known.
    private(set) var traces: [Trace] = []

    /// Collects from a lock's entries; `trace` is asked for the run of each fingerprint.
    init(_ entries: [LockEntry], trace: (Fingerprint) throws -> Trace?) rethrows {
        var seen: Set<Holding> = []
        for entry in entries {
            let cached = Set(entry.fingerprint.outs.filter(\.cache).map(\.path))
            for out in entry.outs {
                guard let content = out.content else { continue }
                let holding = Holding(
                    path: out.path, content: content, isRequired: cached.contains(out.path))
                if seen.insert(holding).inserted { holdings.append(holding) }
            }
            guard let trace = try trace(entry.fingerprint) else { continue }
            traces.append(trace)
            for out in trace.outs {
                guard let content = out.content, entry.content(of: out.path) != content else {
                    continue
                }
                let holding = Holding(path: out.path, content: content, isRequired: false)
                if seen.insert(holding).inserted { holdings.append(holding) }
            }
        }
    }

    /// The manifests of the folders among them.
    var manifests: [ObjectTransfer.Item] {
        holdings.filter { $0.content.isFolder }
            .map { ObjectTransfer.Item(digest: $0.content.digest, size: nil) }
    }

    /// The files that they are made of.
    ///
    /// - Parameter manifest: reads the manifest of a folder; nil where it cannot be had.
    func files(
        _ manifest: (Content) throws -> Manifest?
    ) rethrows -> [Holding: [ObjectTransfer.Item]] {
        var files: [Holding: [ObjectTransfer.Item]] = [:]
        for holding in holdings {
            files[holding] = try manifest(holding.content)?.files.map {
                ObjectTransfer.Item(digest: $0.digest, size: $0.size)
            }
        }
        return files
    }
}

/// What a push or a fetch did.
public struct TransferReport: Sendable, Equatable {
    /// Objects that were copied.
    public var moved = 0
    /// Their bytes.
    public var bytes = 0
    /// Objects that were there already.
    public var present = 0
    /// Runs that were copied.
    public var runs = 0
    /// Outs of which an object is in neither store, in the order of the stages.
    public var missing: [String] = []
    /// Absolute paths of damaged objects and runs, which were not copied.
    public var damaged: [String] = []
    /// Runs at a remote that are not signed with the key that is asked for: passed over.
    public var unsigned = 0

    /// True where nothing is missing and nothing damaged.
    public var isComplete: Bool { missing.isEmpty && damaged.isEmpty }

    mutating func count(_ outcome: ObjectTransfer.Outcome, place: (Digest) -> String) {
        moved = outcome.moved.count
        bytes = outcome.bytes
        present = outcome.present.count
        damaged += outcome.damaged.map(place).sorted()
    }

    /// Names the outs that cannot be had whole.
    mutating func findMissing(
        _ holdings: Holdings, files: [Holdings.Holding: [ObjectTransfer.Item]],
        _ outcome: ObjectTransfer.Outcome
    ) {
        let lost = outcome.absent.union(outcome.damaged)
        for holding in holdings.holdings where holding.isRequired {
            let whole = files[holding].map { $0.allSatisfy { !lost.contains($0.digest) } } ?? false
            if !whole || lost.contains(holding.content.digest) { missing.append(holding.path) }
        }
    }
}
