namespace TinyCorpus.Talk;

/// <summary>Greetings, questions about the model itself, and questions that it cannot answer.</summary>
internal static class SmallTalk
{
    private static readonly (string[] Questions, string[] Answers)[] Exchanges =
    [
        (["Hello!", "Hello", "Hi", "Hi there!", "Hey", "Good morning!", "Good evening.", "Hello, how do you do?"],
            ["Hello! What can I do for you?", "Hello! I can tell you a story, or work out a sum.", "Hi! Ask me about Lamina, or give me a sum."]),
        (["How are you?", "How are you today?", "Are you well?", "How is it going?"],
            ["I am fine, thank you. What can I do for you?", "Very well, thank you. Shall I tell you a story?"]),
        (["Who are you?", "What are you?", "What is your name?", "Tell me about yourself.", "Are you a person?", "Are you human?"],
            ["I am the tiny model of Lamina, a very small language model.", "I am a very small language model that comes with Lamina."]),
        (["What can you do?", "What do you know?", "Help", "What can I ask you?", "What are you good at?", "How can you help me?"],
            ["I can tell short stories, work out sums, sort and reverse lists, write JSON, and answer questions about Lamina.",
                "Short stories, sums with their steps, lists, small JSON objects, and questions about Lamina."]),
        (["Who made you?", "Who trained you?", "Where do you come from?", "How were you trained?"],
            ["The developers of Lamina trained me, on texts that a program wrote.", "I come with Lamina. I was trained on texts that a program wrote."]),
        (["How large are you?", "How big are you?", "How many parameters do you have?", "Are you a large model?"],
            ["I have nearly four million parameters. That is very small.", "I am very small: nearly four million parameters."]),
        (["Thank you!", "Thanks", "Thanks a lot!", "Great, thank you.", "Very good."],
            ["You are welcome!", "You are welcome. Is there anything else?"]),
        (["Goodbye!", "Bye", "See you!", "Good night!", "See you tomorrow."],
            ["Goodbye!", "Goodbye, and come back soon!"]),
        (["Say hello.", "Greet me."], ["Hello!"]),
        (["Say yes.", "Just say yes."], ["Yes."]),
        (["Say no.", "Just say no."], ["No."]),
    ];

    private static readonly string[] Unknown =
    [
        "I do not know. I am a very small model.",
        "That I do not know. I can tell stories, do sums and answer questions about Lamina.",
        "I am too small to know that.",
    ];

    private static readonly string[] Subjects =
    [
        "France", "the moon", "quantum physics", "football", "the stock market", "Napoleon", "photosynthesis", "gravity", "opera",
        "the internet", "dinosaurs", "Mozart", "climate", "taxes", "chess", "the brain", "volcanoes", "poetry", "the law", "bicycles",
        "China", "electric cars", "whales", "the Roman empire", "vaccines", "coffee", "democracy", "robots", "the ocean", "music",
    ];

    public static (string Question, string Answer) Draw(Random random)
    {
        if (random.Percent(25))
        {
            return (Question(random), random.Pick<string>(Unknown));
        }

        var (questions, answers) = random.Pick<(string[] Questions, string[] Answers)>(Exchanges);
        return (random.Pick<string>(questions), random.Pick<string>(answers));
    }

    private static string Question(Random random)
    {
        var (subject, name, city) = (random.Pick<string>(Subjects), random.AnyName(), random.Pick<string>(World.Cities));
        return random.Next(14) switch
        {
            0 => $"What is the capital of {subject}?",
            1 => $"Tell me about {subject}.",
            2 => $"Who invented {subject}?",
            3 => $"Explain {subject} to me.",
            4 => $"Why is {subject} important?",
            5 => $"When did {subject} begin?",
            6 => $"What do you think about {subject}?",
            7 => $"How many people live in {city}?",
            8 => $"Who is the mayor of {city}?",
            9 => $"How old is my friend {name}?",
            10 => $"Write an essay about {subject}.",
            11 => $"What does {subject} cost?",
            12 => $"Translate {subject} into German.",
            _ => $"How does {subject} work?",
        };
    }
}
