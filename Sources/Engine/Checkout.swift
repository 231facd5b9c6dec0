import ContentStore
public import Pipelines

/// Puts outs as the lock records them, from the cache.
public struct Checkout: Sendable {
    private let project: Project

    /// Creates a checkout.
    public init(project: Project) { self.project = project }

    /// Restores the outs of `stages`.
    ///
    /// An out whose present content is in no cache is only replaced with `force`. Throws
    /// `LockError` for a damaged lock and `EngineError.inUse` while another process works on the
    /// project.
    ///
    /// - Parameter relinking: true to put outs that are as recorded in place anew too, by the ways
    ///   that are configured now.
    public func run(
        _ stages: [Stage], force: Bool = false, relinking: Bool = false
    ) throws -> CheckoutReport {
        let session = try Session(project)
        let held = try session.hold()
        defer {
            session.saveState(temporary: session.scratch.next())
            withExtendedLifetime(held) {}
        }
        let lock = try session.readLock()
        var report = CheckoutReport()
        for stage in stages {
            guard let entry = lock.entries[stage.name] else { continue }
            let cached = try session.runCache.trace(of: entry.fingerprint)
            let uncached = Set(entry.fingerprint.outs.filter { !$0.cache }.map(\.path))
            for out in entry.outs {
                // To DVC what git keeps is git's.
                if project.layout.format == .dvc, uncached.contains(out.path) { continue }
                let volatile = cached?.outs.first { $0.path == out.path }?.content
                let isCached = !uncached.contains(out.path)
                try restore(
                    out.path, as: out.content ?? volatile, isVolatile: out.content == nil,
                    isCached: isCached, force: force, relinking: relinking && isCached,
                    session: session, report: &report)
            }
        }
        return report
    }

    private func restore(
        _ path: String, as content: Content?, isVolatile: Bool, isCached isOutCached: Bool,
        force: Bool, relinking: Bool, session: Session, report: inout CheckoutReport
    ) throws {
        let found = try session.found(at: path)
        var present: Content?
        if case .sound(let content) = found { present = content }
        // A volatile out is what it happens to be; only its absence can be mended.
        if present != nil, present == content || isVolatile {
            if relinking, let content,
                try session.rebuild(path, as: content, linking: true)
            {
                report.relinked.append(path)
            } else {
                report.unchanged.append(path)
            }
            return
        }
        guard let content, try session.objects.contains(content) else {
            report.missing.append(path)
            return
        }
        var isCached = true
        switch found {
        case .nothing: break
        case .sound(let content): isCached = try session.objects.contains(content)
        case .unfit: isCached = false
        }
        if !force, !isCached {
            report.kept.append(path)
            return
        }
        guard try session.rebuild(path, as: content, linking: isOutCached) else {
            report.missing.append(path)
            return
        }
        if case .nothing = found { report.added.append(path) } else { report.modified.append(path) }
    }
}

/// What a checkout did to every out; paths in the order of the stages.
public struct CheckoutReport: Sendable, Equatable {
    /// Put there where nothing was.
    public var added: [String] = []
    /// Replaced.
    public var modified: [String] = []
    /// As recorded already, and put there anew as the configuration wants it.
    public var relinked: [String] = []
    /// As recorded already.
    public var unchanged: [String] = []
    /// Recorded, but not in the cache.
    public var missing: [String] = []
    /// Edited and in no cache, so left alone.
    public var kept: [String] = []
}
