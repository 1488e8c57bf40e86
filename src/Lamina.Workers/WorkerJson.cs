using System.Text.Json;
using System.Text.Json.Serialization;
using Lamina.Constraints;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Scheduling;
using Lamina.Tokens;

namespace Lamina.Workers;

/// <summary>
/// How messages are written. Every property is, since one that is left out would be null on the other side and not what a
/// record begins with.
/// </summary>
[JsonSerializable(typeof(WorkerMessage))]
[JsonSerializable(typeof(PromptSegment[]))]
[JsonSerializable(typeof(ConstraintSource))]
[JsonSerializable(typeof(OverflowForm))]
[JsonSerializable(typeof(PolicyForm))]
[JsonSerializable(typeof(GuidanceForm))]
internal sealed partial class WorkerJson : JsonSerializerContext
{
    /// <summary>With the forms of types that cannot be written as they are.</summary>
    public static WorkerJson Instance { get; } = new(new JsonSerializerOptions
    {
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters =
        {
            new FormConverter<Prompt, PromptSegment[]>(prompt => [.. prompt.Segments], form => new([.. form])),
            new FormConverter<Constraint, ConstraintSource>(constraint => constraint.Source!, form => form.Create()),
            new FormConverter<ContextOverflow, OverflowForm>(Workers.OverflowForm.Of, form => form.ToOverflow()),
            new FormConverter<CpuSet, string>(cpus => cpus.ToString(), Runtime.CpuSet.Parse),
            new FormConverter<Guidance, GuidanceForm>(Workers.GuidanceForm.Of, form => form.ToGuidance()),
            new FormConverter<ISchedulingPolicy, PolicyForm>(Workers.PolicyForm.Of, form => form.ToPolicy()),
        },
    });
}
