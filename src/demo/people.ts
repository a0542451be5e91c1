const LIS = 'http://purl.imsglobal.org/vocab/lis/v2/'
const MEMBERSHIP = `${LIS}membership#`

export type Kind = 'author' | 'instructor' | 'assistant' | 'participant' | 'mentor' | 'administrator' | 'guest' | 'test'
export interface Person {
  /** Also the `sub` of launches, as Moodle does it: its own id, the same for every tool. */
  id: string
  given: string
  family: string
  /** The whole name as its owner writes it. */
  name: string
  kind: Kind
  /** Of a mentor: the people they look after. */
  mentees?: string[]
}
/** The course this LMS begins with. */
export const COURSE = { id: '7', label: 'ALSE', title: 'Active Learning and Student Engagement' } as const

const person = (id: string, kind: Kind, given: string, family: string, name = `${given} ${family}`): Person => ({ id, kind, given, family, name })

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
  person('13', 'assistant', 'Inês', 'Duarte'),
  { ...person('14', 'mentor', 'Jae-won', 'Seo'), mentees: ['21', '25'] },
  person('10', 'administrator', 'Greta', 'Holm'),
  person('15', 'guest', 'Guest', 'Visitor'),
  person('16', 'test', 'Test', 'Student'),
]
export const personOf = (id: string | undefined): Person | undefined => PEOPLE.find((each) => each.id === id)
export const emailOf = ({ id }: Person): string => `person${id}@demo.example`

const STAFF: Kind[] = ['author', 'instructor', 'assistant', 'administrator']
/** Who sees everyone's grades, and may look at the course as a student does. */
export const isStaff = ({ kind }: Person): boolean => STAFF.includes(kind)
/** Who may add activities. */
export const mayEdit = ({ kind }: Person): boolean => isStaff({ kind } as Person) && kind !== 'assistant'
/** Who stands in a course's list of members: the LMS's own people come and go, a test user is nobody. */
export const isEnrolled = ({ kind }: Person): boolean => !['administrator', 'guest', 'test'].includes(kind)

const ROLES: Record<Kind, string[]> = {
  participant: [`${MEMBERSHIP}Learner`],
  // An author is an instructor who also makes the content.
  author: [`${MEMBERSHIP}ContentDeveloper`, `${MEMBERSHIP}Instructor`],
  instructor: [`${MEMBERSHIP}Instructor`],
  assistant: [`${LIS}membership/Instructor#TeachingAssistant`, `${MEMBERSHIP}Instructor`],
  mentor: [`${MEMBERSHIP}Mentor`],
  // As Moodle says it of its administrators, in every course.
  administrator: [`${LIS}system/person#Administrator`, `${LIS}institution/person#Administrator`, `${MEMBERSHIP}Instructor`],
  guest: [`${LIS}institution/person#Guest`],
  test: [`${MEMBERSHIP}Learner`, 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser'],
}
/** Membership roles as launches say them: in full. */
export const rolesOf = ({ kind }: Person): string[] => ROLES[kind]
/** Of staff who look at the course as a student: a learner and no more, as in Moodle. */
export const STUDENT_VIEW = ROLES.participant
/** The same as names and roles says them: short, which the spec allows and Moodle does. */
export const shortRole = (role: string): string => (role.startsWith(MEMBERSHIP) ? role.slice(MEMBERSHIP.length) : role)
