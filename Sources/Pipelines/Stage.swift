public import ParamValues

/// A place in a definition file, counted from 1.
public struct SourceLocation: Sendable, Equatable, Hashable, CustomStringConvertible {
    /// The file, relative to the project's root.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column in Unicode scalars, from 1.
    public var column: Int

    /// Creates a location.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, as compilers write it.
    public var description: String { "\(file):\(line):\(column)" }
}

/// What a stage does: a shell command as in DVC, or a Swift module that runs in this process.
public enum StageAction: Sendable, Equatable {
    /// Command lines; each runs in a shell of its own and the first failure ends the stage.
    case command([String])
    /// The name of a stage module, as in `run: distill`.
    case module(String)
    /// Nothing: its outs are data that somebody else made, as a `.dvc` file says.
    case data
}

/// A path that a stage reads.
public struct Dep: Sendable, Equatable {
    /// Path relative to the project's root, normalised; the pattern's text if it is one.
    public var path: String
    /// The pattern, where it stands for all paths that match; nil for a path.
    public var glob: Glob?
    /// Where it is written.
    public var location: SourceLocation

    /// Creates a dependency.
    public init(path: String, glob: Glob? = nil, location: SourceLocation) {
        self.path = path
        self.glob = glob
        self.location = location
    }
}

/// Parameters that a stage depends on: keys of one file, or the whole file.
public struct ParamDep: Sendable, Equatable {
    /// The parameters file, relative to the project's root; `params.yaml` unless said otherwise.
    public var file: String
    /// Dotted key paths such as `distill.temperature`; nil means the whole file.
    public var keys: [String]?
    /// Where it is written.
    public var location: SourceLocation

    /// Creates a dependency on parameters.
    public init(file: String, keys: [String]?, location: SourceLocation) {
        self.file = file
        self.keys = keys
        self.location = location
    }
}

/// One stage of a pipeline as declared.
///
/// It declares; it does nothing.
public struct Stage: Sendable, Equatable {
    /// The name that targets give; `name@value` for generated stages.
    public var name: String
    /// What it does.
    public var action: StageAction
    /// `cmd` as written, with its templates filled in: a text or a list; null for other stages.
    public var command: ParamValue = .null
    /// The folder that commands run in and that paths were written relative to; "" is the root.
    public var workingDirectory: String
    /// What it reads, in file order, without repetitions.
    public var deps: [Dep]
    /// The parameters it depends on; the reader gives every key a value of its own.
    public var params: [ParamDep]
    /// What it makes: `outs`, then `metrics`, then `plots`.
    public var outs: [Out]
    /// Names of environment variables whose values are inputs (`env: [NAMES]`).
    public var environment: [String]
    /// True: its deps and params are not looked at and pull nothing in (`frozen: true`).
    public var frozen: Bool
    /// True for data that came from elsewhere, which their `.dvc` file names.
    public var isImported = false
    /// True: it runs every time (`always_changed: true`).
    public var alwaysChanged: Bool
    /// What it needs of the machine (`resources: {threads, memory}`).
    public var resources: Resources
    /// Groups of which only one stage runs at a time (`mutex: gpu`).
    public var mutex: [String]
    /// How long one attempt may take (`timeout: 1h30m`); nil without a limit.
    public var timeout: Duration?
    /// What happens after a failure (`retries: 3`).
    public var retries: Retries
    /// The text of `desc`.
    public var description: String?
    /// The data under `meta`, for other programs; null where there is none.
    public var meta: ParamValue
    /// Where its name stands.
    public var location: SourceLocation
    /// Where its keys stand, as far as messages about them need it.
    public var places: StagePlaces

    /// Creates a stage.
    public init(
        name: String, action: StageAction, workingDirectory: String = "", deps: [Dep] = [],
        params: [ParamDep] = [], outs: [Out] = [], environment: [String] = [],
        frozen: Bool = false, alwaysChanged: Bool = false, resources: Resources = Resources(),
        mutex: [String] = [], timeout: Duration? = nil, retries: Retries = Retries(),
        description: String? = nil, meta: ParamValue = .null, location: SourceLocation,
        places: StagePlaces = StagePlaces()
    ) {
        self.name = name
        self.action = action
        self.workingDirectory = workingDirectory
        self.deps = deps
        self.params = params
        self.outs = outs
        self.environment = environment
        self.frozen = frozen
        self.alwaysChanged = alwaysChanged
        self.resources = resources
        self.mutex = mutex
        self.timeout = timeout
        self.retries = retries
        self.description = description
        self.meta = meta
        self.location = location
        self.places = places
    }
}

extension Stage {
    /// True if it neither reads nor makes anything: DVC calls that a callback, and runs it every time.
    public var isCallback: Bool {
        deps.isEmpty && params.isEmpty && outs.isEmpty && environment.isEmpty
    }
}
