/// A stage that runs in process.
///
/// This protocol and `StageContext` are all that a stage author needs.
///
/// A module reads the deps and writes the outs that its stage declares, and nothing else. The same
/// deps and parameters must give the same bytes, at any number of threads; outs declared
/// `volatile: true` are the exception.
public protocol StageModule: Sendable {
    /// The name that `run:` gives in the pipeline file, such as `distill`.
    static var name: String { get }

    /// One line for `--help` and listings.
    static var summary: String { get }

    /// Digest of the module's code and of all package code it uses, comments and layout left out.
    /// Every stage returns `CodeDigest.value`, which the build generates.
    static var codeDigest: String { get }

    /// The files of that code by path in the package, each with the first digits of its own digest,
    /// so that a change can be told by file. Every stage returns `CodeDigest.files`.
    static var codeFiles: [String: String] { get }

    /// True when the module reads `StageContext.provenance`, which then counts as an input.
    static var readsProvenance: Bool { get }

    /// Creates the module; it holds no state between runs.
    init()

    /// Runs the stage. Throws whatever should be shown to the user, first line standing alone.
    func run(_ context: StageContext) async throws
}

extension StageModule {
    /// None: changes of the code are told without the file.
    public static var codeFiles: [String: String] { [:] }

    /// False, unless a module says otherwise.
    public static var readsProvenance: Bool { false }
}
