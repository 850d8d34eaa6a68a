//! The words around a lesson, in each language. Numbers, ids and commands come from elsewhere.

use crate::lesson::Language;
use crate::lesson::rule::Verdict;

/// The words of one language.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field has the English word as its name")]
pub struct Words {
    /// The heads of the parts, in order.
    pub question: &'static str,
    pub predict: &'static str,
    pub watch: &'static str,
    pub see: &'static str,
    pub numbers: &'static str,
    pub verdict: &'static str,
    pub rule: &'static str,
    pub surely: &'static str,
    pub why: &'static str,
    pub r#try: &'static str,
    pub words: &'static str,
    /// What a verdict is called.
    pub holds: &'static str,
    pub does_not_hold: &'static str,
    pub inconclusive: &'static str,
    /// What is asked for.
    pub your_choice: &'static str,
    pub your_factor: &'static str,
    /// What was predicted, and what was right.
    pub you_said: &'static str,
    pub right: &'static str,
    pub wrong: &'static str,
    pub right_answer: &'static str,
    /// What a picture shows.
    pub legend: &'static str,
    pub pictures: &'static str,
    pub in_flight: &'static str,
    pub drawn: &'static str,
    pub more_rows: &'static str,
    pub threads: &'static str,
    pub processes: &'static str,
    pub memory: &'static str,
    pub switches: &'static str,
    /// After a wrong answer to what was to be seen.
    pub look_again: &'static str,
    /// The keys under a picture.
    pub enter: &'static str,
    pub to_the_end: &'static str,
    pub again: &'static str,
    pub stop: &'static str,
    /// What comes next.
    pub press_enter: &'static str,
    pub next: &'static str,
    pub changed: &'static str,
    /// Between a word and what is said of it.
    pub colon: &'static str,
    pub disturbed: &'static str,
    pub recorded: &'static str,
    pub other_sizes: &'static str,
    pub votes: &'static str,
    /// Of the lab book.
    pub book: &'static str,
    pub machine: &'static str,
    /// Of the sessions of a class.
    pub class: &'static str,
    pub name: &'static str,
    pub lesson: &'static str,
    pub claim: &'static str,
    pub predicted_right: &'static str,
    /// What the caller learns of a job that failed, and the heads of that table.
    pub message: &'static str,
    pub ended: &'static str,
    pub nothing: &'static str,
    pub all_died: &'static str,
    pub fates: [&'static str; 5],
}

impl Words {
    /// The word for a verdict.
    pub fn of(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Holds => self.holds,
            Verdict::DoesNotHold => self.does_not_hold,
            Verdict::Inconclusive => self.inconclusive,
        }
    }
}

/// The words of that language.
pub fn of(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

static EN: Words = Words {
    question: "Question",
    predict: "Predict",
    watch: "Watch",
    see: "What did you see?",
    numbers: "Numbers",
    verdict: "Verdict",
    rule: "The rule",
    surely: ". Surely means the whole interval of the measurement, at 99 %. Anything else is inconclusive.",
    why: "Why",
    r#try: "Try yourself",
    words: "Words",
    holds: "holds",
    does_not_hold: "does not hold here",
    inconclusive: "inconclusive",
    your_choice: "Your choice",
    your_factor: "How many times, roughly? (Enter to skip)",
    you_said: "You said",
    right: "that is right",
    wrong: "it was",
    right_answer: "The right choice",
    legend: "row: job in flight, thread or process; | start ░ wait █ compute · not begun",
    pictures: "A picture is named work/executor/jobs, and shows one batch. The numbers are medians of many batches.",
    in_flight: "in flight",
    drawn: "jobs drawn",
    more_rows: "rows left out",
    threads: "threads",
    processes: "processes",
    memory: "memory",
    switches: "switches/job",
    look_again: "That is not what the picture shows. Here it is again: compare it with the choices.",
    enter: "[Enter]",
    to_the_end: "to the end",
    again: "[r Enter] again",
    stop: "[Ctrl-C] stop",
    press_enter: "[Enter] go on   [Ctrl-C] stop",
    next: "Next",
    recorded: "Recorded, not measured here and now",
    other_sizes: "The same question with other sizes.",
    disturbed: "Other programs took too much of the processors. End them, and measure again.",
    colon: ": ",
    changed: "(shown in English: the translation is older than this text)",
    votes: "votes",
    book: "Lab book",
    machine: "The machine",
    class: "A class",
    name: "name",
    lesson: "lesson",
    claim: "claim",
    predicted_right: "predicted right",
    message: "its message",
    ended: "that it ended",
    nothing: "nothing",
    all_died: "all died",
    fates: ["executor", "the job", "the caller learns", "others done", "own frames"],
};

static ZH: Words = Words {
    question: "问题",
    predict: "预测",
    watch: "观察",
    see: "你看到了什么？",
    numbers: "数字",
    verdict: "结论",
    rule: "判定规则",
    surely: "。“确定”指测量结果的整个 99 % 区间。其余情形都是无法判定。",
    why: "为什么",
    r#try: "自己试一试",
    words: "术语",
    holds: "成立",
    does_not_hold: "在这台机器上不成立",
    inconclusive: "无法判定",
    your_choice: "你的选择",
    your_factor: "大约是多少倍？（回车跳过）",
    you_said: "你的预测",
    right: "正确",
    wrong: "实际是",
    right_answer: "正确的选项",
    legend: "每一行是一个进行中的作业、线程或进程；| 开始 ░ 等待 █ 计算 · 未开始",
    pictures: "图的名称是“工作/做法/作业数”，画的是其中一个批次。数字是许多批次的中位数。",
    in_flight: "进行中",
    drawn: "画出的作业",
    more_rows: "未画的行",
    threads: "线程",
    processes: "进程",
    memory: "内存",
    switches: "每作业切换",
    look_again: "图中并非如此。再看一遍，和选项比一比。",
    enter: "[回车]",
    to_the_end: "直接看结尾",
    again: "[r 回车] 重播",
    stop: "[Ctrl-C] 停止",
    press_enter: "[回车] 继续   [Ctrl-C] 停止",
    next: "下一步",
    recorded: "这是过去的记录，不是此时此地测得的",
    other_sizes: "同样的问题，换一些大小。",
    disturbed: "别的程序占用处理器太多。请结束它们，再测一次。",
    colon: "：",
    changed: "（显示英文：译文比原文旧）",
    votes: "票",
    book: "实验手册",
    machine: "这台机器",
    class: "全班",
    name: "姓名",
    lesson: "课",
    claim: "论断",
    predicted_right: "预测正确",
    message: "作业的信息",
    ended: "只知道它结束了",
    nothing: "什么也没有",
    all_died: "全部终止",
    fates: ["执行器", "作业", "调用者得知", "其他作业完成", "自己的栈帧"],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_legend_is_one_line_of_a_usual_terminal() {
        for language in Language::ALL {
            let legend = of(language).legend;
            assert!(textwrap::core::display_width(legend) < 80, "{legend}");
        }
    }
}
