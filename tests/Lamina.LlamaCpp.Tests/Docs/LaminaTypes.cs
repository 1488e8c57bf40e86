using Lamina.Extensions.AI;
using Lamina.Workers;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>All public types that an app sees.</summary>
internal static class LaminaTypes
{
    public static Type[] All { get; } =
    [
        .. new[] { typeof(IInferenceEngine), typeof(LlamaCppRuntime), typeof(ChatOptionKeys), typeof(WorkerEngine), typeof(TinyModel) }
            .SelectMany(type => type.Assembly.GetExportedTypes()),
    ];
}
