const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership#'

export interface Person {
  /** Also the `sub` of launches, as Moodle does it: its own id, the same for every tool. */
  id: string
  given: string
  family: string
  /** The whole name as its owner writes it. */
  name: string
  kind: 'author' | 'instructor' | 'participant'
}
/** The one course of this LMS. */
export const COURSE = { id: '7', label: 'ALSE', title: 'Active Learning and Student Engagement' } as const

const person = (id: string, kind: Person['kind'], given: string, family: string, name = `${given} ${family}`): Person => ({ id, kind, given, family, name })

export const PEOPLE: readonly Person[] = [
  person('11', 'author', 'Margit', 'Halász'),
  person('12', 'instructor', 'Tomás', 'Oliveira'),
  person('21', 'participant', 'Ada', 'Okafor'),
  person('22', 'participant', '雨桐', '李', '李雨桐'),
  person('23', 'participant', 'نور', 'الحداد'),
  person('24', 'participant', 'Sofía', 'Núñez'),
  person('25', 'participant', 'Søren', 'Lindqvist'),
  person('26', 'participant', 'Priya', 'Raghavan'),
  person('27', 'participant', 'Kwame', 'Mensah'),
  person('28', 'participant', '雪', '田中', '田中雪'),
  person('29', 'participant', 'Mikołaj', 'Wiśniewski'),
  person('30', 'participant', 'Mai', 'Đặng', 'Đặng Thị Mai'),
  person('31', 'participant', 'Leilani', 'Kahale'),
  person('32', 'participant', 'Zoë', 'van der Berg'),
]
export const personOf = (id: string | undefined): Person | undefined => PEOPLE.find((each) => each.id === id)
/** Who can be graded: participants alone, as in Moodle. */
export const isGradable = (id: string): boolean => personOf(id)?.kind === 'participant'
export const emailOf = ({ id }: Person): string => `person${id}@demo.example`

/** Membership roles as launches say them: in full. An author is an instructor who also makes the content. */
export const rolesOf = ({ kind }: Person): string[] => {
  if (kind === 'participant') return [`${MEMBERSHIP}Learner`]
  return kind === 'author' ? [`${MEMBERSHIP}ContentDeveloper`, `${MEMBERSHIP}Instructor`] : [`${MEMBERSHIP}Instructor`]
}
/** The same as names and roles says them: short, which the spec allows and Moodle does. */
export const shortRole = (role: string): string => (role.startsWith(MEMBERSHIP) ? role.slice(MEMBERSHIP.length) : role)
