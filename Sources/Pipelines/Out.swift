/// A path that a stage writes.
public struct Out: Sendable, Equatable {
    /// What the out is for; metrics and plots are outs that their commands list too.
    public enum Kind: String, Sendable { case artifact, metric, plot }

    /// Path relative to the project's root, normalised, with `/` between components.
    public var path: String
    /// Which list of the stage it stands in.
    public var kind: Kind
    /// False: git keeps the file, nlpipe keeps only its digest (`cache: false`).
    public var cache: Bool
    /// True: the out is not removed before the stage runs (`persist: true`).
    public var persist: Bool
    /// True: measured anew by every run, so its content is recorded but never compared
    /// (`volatile: true`): times are the case in point.
    public var volatile: Bool
    /// False: a push leaves it out (`push: false`).
    public var push: Bool
    /// The name of the remote that it goes to (`remote: name`); nil for the default one.
    public var remote: String?
    /// How it is drawn; nil for outs of other kinds than plot.
    public var plot: PlotOptions?
    /// What is said about it for people and registries.
    public var annotations: Annotations
    /// Where it is written.
    public var location: SourceLocation

    /// Creates an out.
    public init(
        path: String, kind: Kind = .artifact, cache: Bool = true, persist: Bool = false,
        volatile: Bool = false, push: Bool = true, remote: String? = nil, plot: PlotOptions? = nil,
        annotations: Annotations = Annotations(), location: SourceLocation
    ) {
        self.path = path
        self.kind = kind
        self.cache = cache
        self.persist = persist
        self.volatile = volatile
        self.push = push
        self.remote = remote
        self.plot = plot
        self.annotations = annotations
        self.location = location
    }
}
