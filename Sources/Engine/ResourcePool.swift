import Pipelines

/// What a stage takes of the machine while it is at work.
struct Needs: Equatable {
    var threads: Int
    var memory: Int
    var mutex: [String]
    /// More than there is: nothing runs beside it.
    var alone = false
}

/// What the machine has for the stages of a run, and what of it is in use.
///
/// A pure value: it starts nothing itself.
struct ResourcePool {
    let threads: Int
    let memory: Int
    private var usedThreads = 0
    private var usedMemory = 0
    private var held: Set<String> = []
    private var running = 0
    private var isTaken = false

    init(threads: Int, memory: Int) {
        self.threads = threads
        self.memory = memory
    }

    /// What `stage` takes.
    ///
    /// - Parameter byResources: the number of stages side by side follows from what they take; so a
    ///   command that states nothing counts as one thread, and a module, which computes on all
    ///   threads that it is given, as all of them. With a number given the user has counted.
    func needs(of stage: Stage, byResources: Bool) -> Needs {
        var silent = 0
        if byResources, case .module = stage.action {
            silent = threads
        } else if byResources {
            silent = 1
        }
        let (wanted, bytes) = (stage.resources.threads ?? silent, stage.resources.memory ?? 0)
        return Needs(
            threads: wanted, memory: bytes, mutex: stage.mutex,
            alone: wanted > threads || bytes > memory)
    }

    /// Whether a stage with such needs may start now.
    func fits(_ needs: Needs) -> Bool {
        guard !isTaken else { return false }
        if needs.alone { return running == 0 }
        return usedThreads + needs.threads <= threads && usedMemory <= memory - needs.memory
            && held.isDisjoint(with: needs.mutex)
    }

    /// A stage starts.
    mutating func take(_ needs: Needs) {
        running += 1
        isTaken = needs.alone
        held.formUnion(needs.mutex)
        guard !needs.alone else { return }
        usedThreads += needs.threads
        usedMemory += needs.memory
    }

    /// A stage has ended.
    mutating func giveBack(_ needs: Needs) {
        running -= 1
        isTaken = false
        held.subtract(needs.mutex)
        guard !needs.alone else { return }
        usedThreads -= needs.threads
        usedMemory -= needs.memory
    }

    /// Says that a stage asks for more than there is; nil where it does not.
    func note(about stage: Stage) -> String? {
        var parts: [String] = []
        if let wanted = stage.resources.threads, wanted > threads {
            parts.append("\(wanted) threads, and there \(threads == 1 ? "is" : "are") \(threads)")
        }
        if let wanted = stage.resources.memory, wanted > memory {
            parts.append(
                "\(ResourcePool.words(wanted)) of memory, and there are "
                    + ResourcePool.words(memory))
        }
        guard !parts.isEmpty else { return nil }
        return "asks for \(parts.joined(separator: "; for ")): it runs alone"
    }

    /// `2.5 GiB`.
    private static func words(_ bytes: Int) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var (value, unit) = (Double(bytes), 0)
        while value >= 1024, unit + 1 < units.count { (value, unit) = (value / 1024, unit + 1) }
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 || unit == 0
            ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
